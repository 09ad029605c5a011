package access

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// limiter slows down the guessing of passwords, per address and per account.
type limiter struct {
	now   func() time.Time
	mu    sync.Mutex
	tries map[string]*rate.Limiter
}

const (
	tryEvery = 12 * time.Second // after the first ones
	tryBurst = 8
	maxTries = 10000 // addresses and names remembered
)

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, tries: map[string]*rate.Limiter{}}
}

// try counts a try before it is made; it returns how long the address or the account must wait
// first, 0 = go on. Counting first keeps many tries at the same moment from slipping through.
func (l *limiter) try(address, name string) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.tries) > maxTries {
		clear(l.tries)
	}
	longest, now := time.Duration(0), l.now()
	for _, key := range []string{"address " + address, "name " + name} {
		bucket, ok := l.tries[key]
		if !ok {
			bucket = rate.NewLimiter(rate.Every(tryEvery), tryBurst)
			l.tries[key] = bucket
		}
		if !bucket.AllowN(now, 1) {
			longest = max(longest, time.Duration((1-bucket.TokensAt(now))*float64(tryEvery)))
		}
	}
	return longest
}

// forget gives a right password its tries back.
func (l *limiter) forget(address, name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.tries, "address "+address)
	delete(l.tries, "name "+name)
}
