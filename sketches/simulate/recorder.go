package simulate

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

const (
	maxViolations = 200
	maxSamples    = 1 << 14
)

// recorder collects from all devices what becomes the Report. Its methods may be called at the same time.
type recorder struct {
	mu      sync.Mutex
	log     io.Writer
	budget  int // requests allowed, 0 means any
	sent    int
	report  Report
	samples map[string]*samples
}

func newRecorder(c Config) *recorder {
	return &recorder{
		log: c.Log, budget: c.Requests, samples: map[string]*samples{},
		report: Report{Devices: c.Devices, Requests: map[string]int{}, Refused: map[string]int{}, Latency: map[string]Latency{}},
	}
}

// take counts a request before it is sent; false means that Config.Requests is used up.
func (r *recorder) take(endpoint string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.budget > 0 && r.sent >= r.budget {
		return false
	}
	r.sent++
	r.report.Requests[endpoint]++
	return true
}

// answered counts a complete answer.
func (r *recorder) answered(endpoint string, status, size int, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.samples[endpoint]
	if s == nil {
		s = &samples{rand: rand.New(rand.NewPCG(uint64(len(r.samples)), 1))}
		r.samples[endpoint] = s
	}
	s.add(took)
	r.report.Bytes += int64(size)
	if status != 304 && (status < 200 || status > 299) {
		r.report.Refused[fmt.Sprintf("%s %d", endpoint, status)]++
	}
}

// count changes one of the report's numbers.
func (r *recorder) count(change func(*Report)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change(&r.report)
}

func (r *recorder) violation(v Violation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report.ViolationCount++
	if len(r.report.Violations) < maxViolations {
		r.report.Violations = append(r.report.Violations, v)
		_, _ = fmt.Fprintf(r.log, "violation: %s %s: %s\n", v.Device, v.Endpoint, v.What)
	}
}

func (r *recorder) printf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, _ = fmt.Fprintf(r.log, format+"\n", args...)
}

// finish returns the report; the recorder must not be used afterwards.
func (r *recorder) finish() *Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, s := range r.samples {
		r.report.Latency[name] = s.percentiles()
	}
	return &r.report
}

// samples is a uniform sample of bounded size of all durations added.
type samples struct {
	rand *rand.Rand
	seen int
	kept []time.Duration
}

func (s *samples) add(d time.Duration) {
	s.seen++
	if len(s.kept) < maxSamples {
		s.kept = append(s.kept, d)
	} else if i := s.rand.IntN(s.seen); i < maxSamples {
		s.kept[i] = d
	}
}

func (s *samples) percentiles() Latency {
	slices.Sort(s.kept)
	at := func(percent int) time.Duration {
		if len(s.kept) == 0 {
			return 0
		}
		return s.kept[(len(s.kept)*percent+99)/100-1]
	}
	return Latency{P50: at(50), P95: at(95), P99: at(99)}
}
