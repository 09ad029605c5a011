package ota_test

import (
	"testing"
	"time"

	"personalcms/ota"
)

// BenchmarkDecideFleet decides once for every board of a fleet of 10,000 that is two days into a rollout: some run the
// image, some wait for their stage, their window or another try, some cannot have it.
func BenchmarkDecideFleet(b *testing.B) {
	f := newFleet(b, 3, 10_000, func(*fleet) []ota.Stage {
		stages := percents(1, 10, 50, 100)
		for i := range stages {
			stages[i].Success, stages[i].Failure = 50, 90
		}
		return stages
	})
	f.every, f.bad = 12*time.Hour, 0.1
	f.run(2.5, time.Hour)
	var inputs []ota.Input
	reasons := map[string]bool{}
	for _, g := range f.gadgets {
		inputs = append(inputs, f.input(g, g.checkIn()))
		reasons[ota.Decide(inputs[len(inputs)-1], f.now).Reason] = true
	}
	if len(reasons) < 8 {
		b.Fatalf("boards are told only %v", reasons)
	}
	b.ReportAllocs()
	decisions := 0
	for b.Loop() {
		for _, in := range inputs {
			ota.Decide(in, f.now)
		}
		decisions += len(inputs)
	}
	b.ReportMetric(float64(decisions)/b.Elapsed().Seconds(), "decisions/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(decisions), "ns/decision")
}

// BenchmarkEnterFleet puts 10,000 devices into the stages of a rollout.
func BenchmarkEnterFleet(b *testing.B) {
	r, all := ota.Rollout{ID: "r", Stages: percents(1, 10, 50, 100)}, boards(0, 10_000)
	for b.Loop() {
		if _, members := r.Enter(all, noon); len(members) != len(all) {
			b.Fatal(len(members))
		}
	}
}
