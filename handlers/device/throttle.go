package device

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"

	"personalcms/handlers/problem"
	"personalcms/store"

	"golang.org/x/time/rate"
)

const (
	pieceSize = 4 << 10  // bytes of an image that wait for their turn together
	rateBurst = 16 << 10 // bytes that may be sent at once after a pause

	// leastEach is how many places one device may hold however few there are: one that lost its connection comes back
	// before the former is given up.
	leastEach = 2

	leastRetry, mostRetry = 10, 40 // seconds until a device that found no place should come back
)

// throttle bounds the downloads of images: how many run at once, and how many bytes per second are sent to
// one device and to all together. The limits are the owner's settings, read anew for every piece, so a
// change also holds for downloads that run.
type throttle struct {
	limits func() store.Downloads
	total  *rate.Limiter

	mu      sync.Mutex
	running int
	lanes   map[string]*lane // by device or address
}

// lane is what is under way to one device: its downloads share its rate.
type lane struct {
	rate *rate.Limiter

	requests int              // running; guarded by throttle.mu
	reached  map[string]int64 // by attempt: how far running downloads have come; guarded by throttle.mu
}

// place is one running download's permission to run.
type place struct {
	throttle *throttle
	lane     *lane
}

func newThrottle(limits func() store.Downloads) *throttle {
	return &throttle{limits: limits, total: rate.NewLimiter(rate.Inf, rateBurst), lanes: map[string]*lane{}}
}

// take gives a download for who a place, which its end has to leave; nil when all are taken, or when a device holds
// half of them: a broken one must not keep all others from theirs.
func (t *throttle) take(who string) *place {
	limits := t.limits()
	t.mu.Lock()
	defer t.mu.Unlock()
	if limits.AtOnce > 0 && (t.running >= limits.AtOnce || t.heldBy(who) >= max(leastEach, limits.AtOnce/2)) {
		return nil
	}
	t.forgetIdle()
	found, ok := t.lanes[who]
	if !ok {
		found = &lane{rate: rate.NewLimiter(rate.Inf, rateBurst), reached: map[string]int64{}}
		t.lanes[who] = found
	}
	found.requests++
	t.running++
	return &place{t, found}
}

// heldBy is how many places a device holds; behind an address there may be many.
func (t *throttle) heldBy(who string) int {
	lane, known := t.lanes[who]
	if !known || !strings.HasPrefix(who, lineOfDevice) {
		return 0
	}
	return lane.requests
}

// forgetIdle drops the lanes that nobody uses and that owe nothing any more. A lane whose burst is used up
// stays a little longer: coming back at once does not bring a new burst.
func (t *throttle) forgetIdle() {
	for who, lane := range t.lanes {
		if lane.requests == 0 && lane.rate.Tokens() >= rateBurst {
			delete(t.lanes, who)
		}
	}
}

// leave gives the place to the next.
func (p *place) leave() {
	t := p.throttle
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running--
	p.lane.requests--
	if p.lane.requests == 0 {
		clear(p.lane.reached) // by now the store knows
	}
}

// wait waits until n bytes may be sent, at most rateBurst; it fails when ctx ends first.
func (p *place) wait(ctx context.Context, n int) error {
	limits := p.throttle.limits()
	// The device's own rate comes first: who waits for it takes nothing from the others.
	if err := waitAt(ctx, p.lane.rate, limits.PerDevice, n); err != nil {
		return err
	}
	return waitAt(ctx, p.throttle.total, limits.Total, n)
}

// waitAt waits for a limiter that is to let through so many bytes per second.
func waitAt(ctx context.Context, limiter *rate.Limiter, perSecond int64, n int) error {
	limit := rate.Inf
	if perSecond > 0 {
		limit = rate.Limit(perSecond)
	}
	if limiter.Limit() != limit {
		limiter.SetLimit(limit)
	}
	if limit == rate.Inf {
		return nil // not even for ctx: a server that stops lets quick downloads finish
	}
	return limiter.WaitN(ctx, n)
}

// reach notes that an attempt's image is being sent up to here.
func (p *place) reach(attemptID string, to int64) {
	p.throttle.mu.Lock()
	defer p.throttle.mu.Unlock()
	p.lane.reached[attemptID] = max(p.lane.reached[attemptID], to)
}

// reached is how far the running downloads of an attempt have come.
func (p *place) reached(attemptID string) int64 {
	p.throttle.mu.Lock()
	defer p.throttle.mu.Unlock()
	return p.lane.reached[attemptID]
}

// noPlace asks a device to come back, each at another moment, so that they do not all return together.
func noPlace() *problem.Problem {
	p := problem.New(http.StatusServiceUnavailable, "downloads_full",
		"As many downloads as the owner allows are running. Try again after the time given.")
	p.RetryAfter = leastRetry + rand.IntN(mostRetry-leastRetry+1)
	return p
}
