package admin

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"personalcms/handlers/problem"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

const (
	eventPause = 300 * time.Millisecond // changes within it are told together
	eventAlive = 20 * time.Second       // a comment keeps the connection open
	eventRest  = time.Second            // between two events about rollouts, so that a fleet that installs does not have a page redrawn all the time
	eventLimit = 10 * time.Minute       // then the browser connects anew, which proves its session again
	maxStreams = 64
)

// events is the stream of server-sent events that keeps a page current: "devices" when one came or
// went, "summary" when a number above them may differ, "device:<id>" when one changed, "refused",
// "firmware", "pictures", "rollouts" and "rollout:<id>". Pages fetch the part that changed. It begins with "again", on which pages
// fetch everything, when something changed between the page and its stream; so it does after a
// connection was lost.
func (h *Handler) events(c echo.Context) error {
	if h.streams.Add(1) > maxStreams {
		h.streams.Add(-1)
		return problem.Busy
	}
	defer h.streams.Add(-1)
	changes, stop := h.db.Watch()
	defer stop()
	header := c.Response().Header()
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no")
	c.Response().WriteHeader(http.StatusOK)
	control := http.NewResponseController(c.Response())
	greeting := []string{"hello"}
	if c.QueryParam("since") != strconv.FormatUint(h.db.Changes(), 10) {
		greeting = []string{"again"}
	}
	if err := h.tell(c, control, greeting); err != nil {
		return nil
	}
	alive, end := time.NewTicker(eventAlive), time.NewTimer(eventLimit)
	defer alive.Stop()
	defer end.Stop()
	var slow rester
	for {
		var names []string
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-end.C:
			return nil
		case <-alive.C:
		case <-slow.rested:
			names = slow.rise()
		case change := <-changes:
			names = slow.keepBack(gather(c, change, changes))
		}
		if h.tell(c, control, names) != nil {
			return nil // the browser went away
		}
	}
}

// gather waits a moment, so that what changes together is told together and once.
func gather(c echo.Context, first store.Change, changes <-chan store.Change) []string {
	told := map[string]bool{}
	var names []string
	note := func(change store.Change) {
		for _, name := range eventsOf(change) {
			if !told[name] {
				told[name] = true
				names = append(names, name)
			}
		}
	}
	note(first)
	pause := time.NewTimer(eventPause)
	defer pause.Stop()
	for {
		select {
		case <-c.Request().Context().Done():
			return names
		case <-pause.C:
			return names
		case change := <-changes:
			note(change)
		}
	}
}

// rester keeps back events about rollouts until some time after those told last.
type rester struct {
	rested <-chan time.Time // nil = nothing was told lately
	kept   []string
}

// keepBack takes out of some events those that have to wait.
func (r *rester) keepBack(names []string) []string {
	var now []string
	told := false
	for _, name := range names {
		switch {
		case !strings.HasPrefix(name, "rollout"):
			now = append(now, name)
		case r.rested == nil:
			now, told = append(now, name), true
		case !slices.Contains(r.kept, name):
			r.kept = append(r.kept, name)
		}
	}
	if told {
		r.rested = time.After(eventRest)
	}
	return now
}

// rise ends a rest and returns what was kept back in it.
func (r *rester) rise() []string {
	names := r.kept
	r.rested, r.kept = nil, nil
	return r.keepBack(names)
}

func eventsOf(change store.Change) []string {
	switch change.Kind {
	case "device":
		return []string{"device:" + change.DeviceID, "summary"}
	case "rollouts":
		return []string{"rollouts", "rollout:" + change.ID}
	case "overflow":
		return []string{"again"}
	case "log":
		if change.DeviceID == "" {
			return nil
		}
		return []string{"device:" + change.DeviceID}
	}
	return []string{change.Kind}
}

// tell writes events; with none it writes a comment.
func (h *Handler) tell(c echo.Context, control *http.ResponseController, names []string) error {
	_ = control.SetWriteDeadline(time.Now().Add(eventAlive)) //nolint:forbidigo // a deadline is of the machine’s own clock
	text := ""
	for _, name := range names {
		text += fmt.Sprintf("event: %s\ndata: %d\n\n", name, h.now().UnixMilli())
	}
	if text == "" {
		text = ": alive\n\n"
	}
	if _, err := c.Response().Write([]byte(text)); err != nil {
		return err
	}
	return control.Flush()
}
