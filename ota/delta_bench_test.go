package ota_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"personalcms/ota/otatest"
)

// BenchmarkDelta makes the patch between two editions of a program of 1 MB and says its size in per cent of the
// image and the most memory in use beside both images, in MB.
func BenchmarkDelta(b *testing.B) {
	old, fresh := otatest.Program(0, 1<<20), otatest.Program(1, 1<<20)
	inUse := func() uint64 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse
	}
	runtime.GC()
	before, peak := inUse(), uint64(0)
	stop := make(chan struct{})
	var watching sync.WaitGroup
	tick := time.NewTicker(5 * time.Millisecond) // looking stops the world
	defer tick.Stop()
	watching.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				peak = max(peak, inUse())
			}
		}
	})
	size := 0
	for b.Loop() {
		size = len(patchOf(b, old, fresh))
	}
	close(stop)
	watching.Wait()
	b.ReportMetric(100*float64(size)/float64(len(fresh)), "patch-%-of-image")
	b.ReportMetric(float64(peak-before)/1e6, "MB-peak")
}
