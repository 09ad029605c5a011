package content

import (
	"context"
	"errors"
	"hash/fnv"
	"slices"
	"time"
)

const (
	shortestInterval = time.Minute
	longestBackOff   = 6 * time.Hour
)

// State is what became of the fetches of a source.
type State struct {
	LastTry       time.Time `json:"last_try,omitzero"`
	LastGood      time.Time `json:"last_good,omitzero"`
	NotBefore     time.Time `json:"not_before,omitzero"` // when its server said to ask again
	Failures      int       `json:"failures"`            // since the last success
	Successes     int       `json:"successes"`           // ever
	Fails         int       `json:"fails"`               // ever
	LastError     string    `json:"last_error,omitempty"`
	LatencyMillis int64     `json:"latency_millis"` // of the last try
	AverageMillis int64     `json:"average_millis"` // of the successes, the newer ones counting more
}

// After returns the state after a fetch that began at now, took took, and gave feed or err. A fetch that was
// stopped, as when the server shuts down, counts for nothing.
func (s State) After(feed Feed, err error, took time.Duration, now time.Time) State {
	if errors.Is(err, context.Canceled) {
		return s
	}
	s.LastTry, s.LatencyMillis, s.LastError = now.UTC(), took.Milliseconds(), Sentence(err)
	s.NotBefore = RetryAt(err)
	if err != nil {
		s.Failures++
		s.Fails++
		return s
	}
	if feed.Until != nil {
		s.NotBefore = *feed.Until
	}
	s.LastGood, s.Failures = s.LastTry, 0
	s.Successes++
	if s.Successes == 1 {
		s.AverageMillis = s.LatencyMillis
	} else {
		s.AverageMillis += (s.LatencyMillis - s.AverageMillis) / 8
	}
	return s
}

// Interval is the time between fetches of a source: its own, or its kind's usual. 0 means that it is not
// fetched again and again: a text, or what scripts push.
func (s Source) Interval() time.Duration {
	all := kinds()
	at := slices.IndexFunc(all, func(k kind) bool { return k.name == s.Kind })
	if at < 0 || all[at].interval == 0 {
		return 0
	}
	if s.IntervalSeconds <= 0 {
		return all[at].interval
	}
	return max(time.Duration(s.IntervalSeconds)*time.Second, shortestInterval)
}

// NextFetch returns when a source is to be fetched next; ok is false for one that is paused or never fetched.
// An uploaded calendar counts like one with an address: which of its events are near changes with time.
func NextFetch(source Source, state State) (next time.Time, ok bool) {
	interval := source.Interval()
	switch {
	case source.Paused || source.Kind == KindPush:
		return time.Time{}, false
	case state.LastTry.IsZero():
		return time.Time{}, true
	case source.Kind == KindText:
		return time.Time{}, false // read once; whoever changes it clears its state
	case interval == 0:
		return time.Time{}, false
	}
	wait := interval
	if state.Failures > 0 {
		wait = backOff(interval, state.Failures)
	}
	next = state.LastTry.Add(wait + jitter(source.ID, wait))
	if state.NotBefore.After(next) {
		next = state.NotBefore
	}
	return next, true
}

// Due reports whether a source is to be fetched now. A last try in the future was written by a clock that
// went wrong, and counts for nothing.
func Due(source Source, state State, now time.Time) bool {
	next, ok := NextFetch(source, state)
	return ok && (!now.Before(next) || state.LastTry.After(now.Add(shortestInterval)))
}

// backOff is the wait after failures in a row: the interval, then doubled each time, up to six hours.
func backOff(interval time.Duration, failures int) time.Duration {
	for range min(failures, 20) - 1 {
		if interval *= 2; interval >= longestBackOff {
			break
		}
	}
	return min(interval, longestBackOff)
}

// jitter is up to a tenth of wait, always the same for a source, so that sources added together do not all
// ask at the same moment for ever.
func jitter(id string, wait time.Duration) time.Duration {
	hash := fnv.New32a()
	hash.Write([]byte(id)) // never fails
	return wait / 10 * time.Duration(hash.Sum32()%1000) / 1000
}
