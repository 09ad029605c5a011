package access

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"personalcms/handlers/problem"
	"personalcms/store"
)

func TestLimiter(t *testing.T) {
	c := &clock{noon}
	l := newLimiter(c.now)
	tryMany := func(n int, address, name string) (longest time.Duration) {
		for range n {
			longest = l.try(address, name)
		}
		return longest
	}
	for _, step := range []struct {
		name string
		do   func() time.Duration
		want time.Duration
	}{
		{"the first tries are free", func() time.Duration { return tryMany(tryBurst, "192.0.2.1", "anna") }, 0},
		{"then one waits", func() time.Duration { return tryMany(1, "192.0.2.1", "anna") }, tryEvery},
		{"the account from elsewhere, too", func() time.Duration { return l.try("192.0.2.2", "anna") }, tryEvery},
		{"the address with another account, too", func() time.Duration { return l.try("192.0.2.1", "bert") }, tryEvery},
		{"others do not", func() time.Duration { return l.try("192.0.2.3", "carla") }, 0},
		{"half the time is not enough", func() time.Duration { c.Time = c.Add(tryEvery / 2); return l.try("192.0.2.1", "anna") }, tryEvery / 2},
		{"after it one is free", func() time.Duration { c.Time = c.Add(tryEvery / 2); return l.try("192.0.2.1", "anna") }, 0},
		{"and only one", func() time.Duration { return l.try("192.0.2.1", "anna") }, tryEvery},
		{"a right password forgets all", func() time.Duration {
			l.forget("192.0.2.1", "anna")
			return tryMany(tryBurst, "192.0.2.1", "anna")
		}, 0},
	} {
		t.Run(step.name, func(t *testing.T) {
			if got := step.do(); got.Round(time.Millisecond) != step.want {
				t.Errorf("wait %v, want %v", got, step.want)
			}
		})
	}
}

func TestLimiterIsBounded(t *testing.T) {
	l := newLimiter((&clock{noon}).now)
	for i := range 3 * maxTries {
		l.try(fmt.Sprint("address ", i), fmt.Sprint("name ", i))
	}
	if len(l.tries) > maxTries+2 {
		t.Errorf("%d rows are kept", len(l.tries))
	}
}

func TestVerifyTellsHowLongToWait(t *testing.T) {
	a, _, _ := open(t)
	var err error
	for range tryBurst {
		a.logins.try("192.0.2.1", "anna")
	}
	err = a.Verify("192.0.2.1", store.User{Name: "anna", Password: HashPassword("right password")}, "right password")
	var p *problem.Problem
	if !errors.As(err, &p) || p.Status != http.StatusTooManyRequests || p.RetryAfter != int(tryEvery.Seconds())+1 {
		t.Errorf("%+v", err)
	}
}

func TestSignInOfUnknownNameSaysTheSame(t *testing.T) {
	a, db, _ := open(t)
	must(t, db.CreateFirstUser(store.User{Name: "anna", Role: "owner", Password: HashPassword("right password")}))
	request := httptest.NewRequest(http.MethodPost, "/login", nil)
	_, unknown := a.SignIn(request, "192.0.2.1", "bert", "right password")
	_, wrong := a.SignIn(request, "192.0.2.1", "anna", "wrong password")
	if unknown == nil || wrong == nil || unknown.Error() != wrong.Error() {
		t.Errorf("unknown name: %v; wrong password: %v", unknown, wrong)
	}
	if _, err := a.SignIn(request, "192.0.2.1", "anna", "right password"); err != nil {
		t.Error(err)
	}
}
