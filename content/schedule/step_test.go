package schedule_test

import (
	"encoding/json"
	"testing"
	"time"

	"personalcms/content/schedule"
)

// four entries of 15 minutes: at 12:00 UTC it is the first's turn. Of the album's pictures the turns before, at and
// after noon of 1 June 2026 show 2, 4 (another round begins) and 0.
func four() schedule.Input {
	return schedule.Input{
		Playlist: playlist(layout("a", 15), picture("b", 15), layout("c", 15), album("h", 15)),
		Albums:   map[string][]string{"h": photos(5)},
	}
}

func TestStep(t *testing.T) {
	now := moment(t, time.UTC, "2026-06-01 12:05")
	for _, row := range []struct {
		name   string
		by     int
		broken map[int]bool
		want   []string // until 12:40
	}{
		{"not at all: the entry begins anew", 0, nil, []string{"01 12:05–01 12:20 layout a", "01 12:20–01 12:35 picture b", "01 12:35–01 12:40 layout c"}},
		{"on", 1, nil, []string{"01 12:05–01 12:20 picture b", "01 12:20–01 12:35 layout c", "01 12:35–01 12:40 album h/photo04"}},
		{"back, into the turn before", -1, nil, []string{"01 12:05–01 12:20 album h/photo02", "01 12:20–01 12:35 layout a", "01 12:35–01 12:40 picture b"}},
		{"back and around", -5, nil, []string{"01 12:05–01 12:20 album h/photo01", "01 12:20–01 12:35 layout a", "01 12:35–01 12:40 picture b"}},
		{"on and around", 5, nil, []string{"01 12:05–01 12:20 picture b", "01 12:20–01 12:35 layout c", "01 12:35–01 12:40 album h/photo00"}},
		{"over a broken one", 1, map[int]bool{1: true}, []string{"01 12:05–01 12:20 layout c", "01 12:20–01 12:35 album h/photo04", "01 12:35–01 12:40 layout a"}},
		{"from a broken one's place", 1, map[int]bool{0: true}, []string{"01 12:05–01 12:20 layout c", "01 12:20–01 12:35 album h/photo04", "01 12:35–01 12:40 picture b"}},
		{"back over a broken one", -1, map[int]bool{3: true}, []string{"01 12:05–01 12:20 layout c", "01 12:20–01 12:40 layout a"}},
		{"with one that works", 3, map[int]bool{1: true, 2: true, 3: true}, []string{"01 12:05–01 12:40 layout a"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			in := four()
			in.Broken = row.broken
			in.Anchor = schedule.Step(in, now, row.by)
			same(t, row.want, spans(t, in, "2026-06-01 12:05", "2026-06-01 12:40"))
		})
	}
}

// TestStepAgain: presses follow each other, and as many back lead to where one came from.
func TestStepAgain(t *testing.T) {
	in := four()
	now := moment(t, time.UTC, "2026-06-01 12:05")
	first := schedule.Decide(in, now).Show
	var refs []string
	for range 6 {
		now = now.Add(7*time.Second + 300*time.Millisecond)
		in.Anchor = schedule.Step(in, now, 1)
		refs = append(refs, schedule.Decide(in, now).Show.Ref)
	}
	same(t, []string{"b", "c", "h", "a", "b", "c"}, refs)
	for range 6 {
		now = now.Add(7 * time.Second)
		in.Anchor = schedule.Step(in, now, -1)
	}
	same(t, first, schedule.Decide(in, now).Show)
}

// TestStepAlbum: in a playlist of one album each press shows another picture.
func TestStepAlbum(t *testing.T) {
	in := schedule.Input{Playlist: playlist(album("h", 15)), Albums: map[string][]string{"h": photos(5)}}
	now := moment(t, time.UTC, "2026-06-01 12:05")
	seen := map[string]bool{schedule.Decide(in, now).Show.Picture: true}
	for range 4 {
		in.Anchor = schedule.Step(in, now, 1)
		seen[schedule.Decide(in, now).Show.Picture] = true
	}
	if len(seen) < 4 {
		t.Errorf("five presses show %d pictures", len(seen))
	}
}

// TestAnchorEnds: a stepped device joins the others when an entry opens, and at midnight.
func TestAnchorEnds(t *testing.T) {
	in := four()
	in.Playlist.Entries = []schedule.Entry{layout("a", 30), layout("b", 30), layout("c", 60, window("18:00", "19:00"))}
	for _, row := range []struct{ name, step, from, to string }{
		{"an entry opens", "2026-06-01 17:10", "2026-06-01 18:00", "2026-06-02 18:00"},
		{"an entry closes", "2026-06-01 18:10", "2026-06-01 19:00", "2026-06-02 18:00"},
		{"midnight", "2026-06-01 22:10", "2026-06-02 00:00", "2026-06-02 18:00"},
		{"long ago", "2026-05-20 22:10", "2026-06-01 00:00", "2026-06-02 18:00"},
	} {
		t.Run(row.name, func(t *testing.T) {
			stepped, now := in, moment(t, time.UTC, row.step)
			stepped.Anchor = schedule.Step(in, now, 1)
			if schedule.Decide(in, now).Show == schedule.Decide(stepped, now).Show {
				t.Error("the step shows nothing else")
			}
			same(t, spans(t, in, row.from, row.to), spans(t, stepped, row.from, row.to))
		})
	}
}

// TestAnchorEndsTheTurn: the turn of a stepped device ends with its anchor, and says so.
func TestAnchorEndsTheTurn(t *testing.T) {
	in := four()
	now := moment(t, time.UTC, "2026-06-01 23:50")
	in.Anchor = schedule.Step(in, now, 2)
	got := schedule.Decide(in, now)
	same(t, "picture b until 00:00", label(got.Show, got.By)+" until "+got.Until.Format("15:04"))
}

func TestAnchorIgnored(t *testing.T) {
	now := moment(t, time.UTC, "2026-06-01 12:05")
	for _, row := range []struct {
		name   string
		anchor schedule.Anchor
	}{
		{"of another playlist", schedule.Anchor{Playlist: "other", At: now, Index: 2}},
		{"at an entry that is gone", schedule.Anchor{Playlist: "p", At: now, Index: 9}},
		{"at none", schedule.Anchor{Playlist: "p", At: now, Index: -1}},
		{"without a time", schedule.Anchor{Playlist: "p", Index: 2}},
	} {
		in := four()
		want := schedule.Decide(in, now)
		in.Anchor = row.anchor
		t.Run(row.name, func(t *testing.T) { same(t, want, schedule.Decide(in, now)) })
	}
}

// TestAnchorAhead: a clock that was put back does not break the turns; the anchor counts when its time comes.
func TestAnchorAhead(t *testing.T) {
	in := four()
	in.Anchor = schedule.Anchor{Playlist: "p", At: moment(t, time.UTC, "2026-06-01 12:10"), Index: 2}
	same(t, []string{"01 12:00–01 12:10 layout a", "01 12:10–01 12:25 layout c", "01 12:25–01 12:30 album h/photo00"},
		spans(t, in, "2026-06-01 12:00", "2026-06-01 12:30"))
	want := in.Anchor.At
	in.Anchor.At = want.Add(700 * time.Millisecond) // counts from its full second on
	if got := schedule.Decide(in, want.Add(-time.Minute)).Until; !got.Equal(want) {
		t.Errorf("it comes at %s, want %s", got, want)
	}
}

// TestAnchorOverTheChange: a stepped entry has its whole time also while the clock is put forward.
func TestAnchorOverTheChange(t *testing.T) {
	in := four()
	in.Zone = zone(t, "Europe/Berlin")
	now := moment(t, in.Zone, "2026-03-29 01:50")
	in.Anchor = schedule.Step(in, now, 2)
	got := schedule.Decide(in, now)
	if got.Until.Sub(now) != 15*time.Minute {
		t.Errorf("%s lasts %s", got.Show.Ref, got.Until.Sub(now))
	}
}

func TestJump(t *testing.T) {
	now := moment(t, time.UTC, "2026-06-01 12:05")
	in := four()
	in.Playlist.Entries = append(in.Playlist.Entries, ranked(-1, layout("low", 15)), layout("closed", 15, window("13:00", "14:00")))
	in.Broken = map[int]bool{1: true}
	for _, row := range []struct {
		name  string
		index int
		want  string // empty: refused
	}{
		{"to the first", 0, "layout a"},
		{"to another", 2, "layout c"},
		{"to an album", 3, "album h/photo04"},
		{"to a broken one", 1, ""},
		{"to one of a lower priority", 4, ""},
		{"to one that is closed", 5, ""},
		{"to one that is not there", 6, ""},
		{"below the first", -1, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			jumped := in
			anchor, ok := schedule.Jump(in, now, row.index)
			if jumped.Anchor = anchor; !ok {
				same(t, row.want, "")
				same(t, in.Anchor, anchor)
				return
			}
			got := schedule.Decide(jumped, now)
			same(t, row.want, label(got.Show, got.By))
			if got.Until.Sub(now) != 15*time.Minute {
				t.Errorf("it stays for %s", got.Until.Sub(now))
			}
		})
	}
}

// TestStepNothing: with nothing to turn a press changes nothing.
func TestStepNothing(t *testing.T) {
	now := moment(t, time.UTC, "2026-06-01 12:05")
	in := schedule.Input{Anchor: schedule.Anchor{Playlist: "p", At: now.Add(-time.Hour), Index: 3}}
	same(t, in.Anchor, schedule.Step(in, now, 1))
	if _, ok := schedule.Jump(in, now, 0); ok {
		t.Error("a jump into an empty playlist")
	}
}

// TestStepBelow: a press while the panel sleeps does not wake it, but counts afterwards.
func TestStepBelow(t *testing.T) {
	in := four()
	in.Playlist.Sleep = []schedule.Sleep{sleep("night", "12:00", "12:10")}
	now := moment(t, time.UTC, "2026-06-01 12:05")
	in.Anchor = schedule.Step(in, now, 1)
	same(t, []string{"01 12:05–01 12:10 night (sleep)", "01 12:10–01 12:20 picture b", "01 12:20–01 12:30 layout c"},
		spans(t, in, "2026-06-01 12:05", "2026-06-01 12:30"))
}

// TestAnchorJSON: an anchor that was stored counts like the one that was made.
func TestAnchorJSON(t *testing.T) {
	in := four()
	now := moment(t, time.UTC, "2026-06-01 12:05").Add(123456789)
	in.Anchor = schedule.Step(in, now, 2)
	want := schedule.Decide(in, now)
	kept, err := json.Marshal(in.Anchor)
	if err != nil {
		t.Fatal(err)
	}
	in.Anchor = schedule.Anchor{}
	if err := json.Unmarshal(kept, &in.Anchor); err != nil {
		t.Fatal(err)
	}
	same(t, want, schedule.Decide(in, now))
}
