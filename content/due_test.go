package content

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBackOff(t *testing.T) {
	source := Source{ID: "x", Kind: KindJSON, IntervalSeconds: 3600}
	now := testTime(t)
	for failures, want := range []time.Duration{time.Hour, time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 6 * time.Hour} {
		next, ok := NextFetch(source, State{LastTry: now, Failures: failures})
		wait := next.Sub(now)
		if !ok || wait < want || wait > want+want/10 {
			t.Errorf("%d failures: %v, want %v and a tenth at most", failures, wait, want)
		}
	}
	source.IntervalSeconds = 24 * 3600
	if next, _ := NextFetch(source, State{LastTry: now, Failures: 1}); next.Sub(now) > 7*time.Hour {
		t.Errorf("a daily source that failed is asked again after %v", next.Sub(now))
	}
}

func TestDue(t *testing.T) {
	now := testTime(t)
	tests := []struct {
		name   string
		source Source
		state  State
		want   bool
	}{
		{"new", Source{Kind: KindJSON}, State{}, true},
		{"just asked", Source{Kind: KindJSON}, State{LastTry: now.Add(-time.Minute)}, false},
		{"long ago", Source{Kind: KindJSON}, State{LastTry: now.Add(-time.Hour)}, true},
		{"paused", Source{Kind: KindJSON, Paused: true}, State{}, false},
		{"asked to wait", Source{Kind: KindJSON}, State{LastTry: now.Add(-time.Hour), NotBefore: now.Add(time.Second)}, false},
		{"shortest interval", Source{Kind: KindJSON, IntervalSeconds: 1}, State{LastTry: now.Add(-30 * time.Second)}, false},
		{"push", Source{Kind: KindPush}, State{}, false},
		{"new text", Source{Kind: KindText}, State{}, true},
		{"read text", Source{Kind: KindText}, State{LastTry: now.Add(-24 * time.Hour)}, false},
		{"upload", Source{Kind: KindCalendar, Upload: "ab"}, State{LastTry: now.Add(-24 * time.Hour)}, true},
		{"clock went back", Source{Kind: KindJSON}, State{LastTry: now.Add(9999 * time.Hour)}, true},
		{"unknown kind", Source{Kind: "x"}, State{LastTry: now.Add(-24 * time.Hour)}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Due(tt.source, tt.state, now); got != tt.want {
				t.Errorf("Due = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestJitterSpreads(t *testing.T) {
	seen := map[time.Duration]bool{}
	for i := range 50 {
		id := fmt.Sprintf("source-%d", i)
		wait := jitter(id, time.Hour)
		if wait != jitter(id, time.Hour) || wait < 0 || wait >= 6*time.Minute {
			t.Errorf("%s: %v", id, wait)
		}
		seen[wait] = true
	}
	if len(seen) < 40 {
		t.Errorf("50 sources wait only %d different times", len(seen))
	}
}

func TestStateAfter(t *testing.T) {
	now := testTime(t)
	until, retry := now.Add(time.Hour), now.Add(2*time.Hour)
	state := State{}.After(Feed{Until: &until}, nil, 80*time.Millisecond, now)
	want := State{LastTry: now.UTC(), LastGood: now.UTC(), NotBefore: until, Successes: 1, LatencyMillis: 80, AverageMillis: 80}
	if diff := cmp.Diff(want, state); diff != "" {
		t.Errorf("after a success (-want +got):\n%s", diff)
	}
	later := now.Add(time.Hour)
	for range 2 {
		state = state.After(Feed{}, &Failure{Reason: ErrStatus, Sentence: "The server answered 503.", RetryAt: retry}, 40*time.Millisecond, later)
	}
	want = State{
		LastTry: later.UTC(), LastGood: now.UTC(), NotBefore: retry, Failures: 2, Successes: 1, Fails: 2, LastError: "The server answered 503.",
		LatencyMillis: 40, AverageMillis: 80,
	}
	if diff := cmp.Diff(want, state); diff != "" {
		t.Errorf("after failures (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(state, state.After(Feed{}, fmt.Errorf("source: %w", context.Canceled), 0, later.Add(time.Hour))); diff != "" {
		t.Errorf("after a stop (-want +got):\n%s", diff)
	}
	state = state.After(Feed{}, nil, 160*time.Millisecond, later)
	if state.Failures != 0 || state.Fails != 2 || state.AverageMillis != 90 || state.LastError != "" || !state.NotBefore.IsZero() {
		t.Errorf("after another success: %+v", state)
	}
}
