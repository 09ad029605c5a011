package schedule_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"personalcms/content/schedule"

	"github.com/google/go-cmp/cmp"
)

var days = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// dice make random inputs, the same ones each time.
type dice struct {
	*rand.Rand
	now time.Time
}

func (d dice) clock() string {
	return fmt.Sprintf("%02d:%02d", d.IntN(24), []int{0, 15, 30, 59}[d.IntN(4)])
}

func (d dice) date() string { return d.now.AddDate(0, 0, d.IntN(9)-4).Format(time.DateOnly) }

// near is a moment within the last or the next day.
func (d dice) near() time.Time {
	return d.now.Add(time.Duration(d.Int64N(int64(48*time.Hour))) - 24*time.Hour)
}

func (d dice) window() schedule.Window {
	w := window(d.clock(), d.clock())
	for _, day := range days {
		if d.IntN(3) == 0 {
			w.Days = append(w.Days, day)
		}
	}
	return w
}

func (d dice) entry() schedule.Entry {
	e := schedule.Entry{
		Kind: []string{schedule.KindLayout, schedule.KindPicture, schedule.KindAlbum}[d.IntN(3)],
		Ref:  []string{"a", "b", "c", "none"}[d.IntN(4)], Seconds: 60 + d.IntN(4000), Priority: d.IntN(3),
	}
	if d.IntN(20) == 0 {
		e.Seconds = schedule.MaxSeconds
	}
	for range d.IntN(3) {
		e.Windows = append(e.Windows, d.window())
	}
	if d.IntN(4) == 0 {
		e.From = d.date()
	}
	if d.IntN(4) == 0 {
		e.Until = d.date()
	}
	return e
}

func (d dice) input(loc *time.Location) schedule.Input {
	in := schedule.Input{
		Playlist: schedule.Playlist{ID: "p", Name: "Dice"}, Zone: loc, Broken: map[int]bool{},
		Albums:  map[string][]string{"a": photos(1), "b": photos(2), "c": photos(7)},
		Refresh: time.Duration(d.IntN(5)) * 10 * time.Minute,
	}
	for i := range d.IntN(8) {
		in.Playlist.Entries = append(in.Playlist.Entries, d.entry())
		in.Broken[i] = d.IntN(6) == 0
	}
	for range d.IntN(3) {
		in.Playlist.Sleep = append(in.Playlist.Sleep, schedule.Sleep{Window: d.window(), Screen: []string{"night", "keep"}[d.IntN(2)]})
	}
	if d.IntN(4) == 0 {
		in.Away = schedule.Away{Since: d.near(), Until: d.near(), Screen: []string{"night", "keep"}[d.IntN(2)]}
	}
	if d.IntN(4) == 0 {
		in.Override = schedule.Override{Entry: d.entry(), Until: d.near()}
	}
	for i := range d.IntN(3) {
		in.Messages = append(in.Messages, schedule.Message{ID: fmt.Sprint(i), Priority: d.IntN(4) - 2, From: d.near(), Expires: d.near()})
	}
	if n := len(in.Playlist.Entries); n > 0 && d.IntN(3) == 0 {
		in.Anchor = schedule.Anchor{Playlist: "p", At: d.near(), Index: d.IntN(n), Turn: d.Int64N(100)}
	}
	return in
}

// TestDecideProperties throws random playlists at days with and without a change of the clock and checks what has
// to be true of every decision.
func TestDecideProperties(t *testing.T) {
	shown := map[string]int{}
	for seed := range uint64(3000) {
		random := rand.New(rand.NewPCG(seed, 1))
		loc := zone(t, []string{"Europe/Berlin", "America/New_York", "UTC", "Asia/Kathmandu", "Australia/Lord_Howe"}[random.IntN(5)])
		day := []string{"2026-03-08", "2026-03-29", "2026-04-05", "2026-06-01", "2026-10-25", "2026-11-01"}[random.IntN(6)]
		now := moment(t, loc, day+" 00:00").Add(time.Duration(random.Int64N(int64(24 * time.Hour))))
		d := dice{random, now}
		in := d.input(loc)
		got := schedule.Decide(in, now)
		shown[got.Show.Kind+string(got.By)]++
		if problem := judge(in, now, got); problem != "" {
			t.Fatalf("seed %d at %s: %s\n%+v\n%+v", seed, now, problem, got, in)
		}
		if problem := holds(d, in, got); problem != "" {
			t.Fatalf("seed %d at %s: %s\n%+v\n%+v", seed, now, problem, got, in)
		}
	}
	if len(shown) < 13 {
		t.Errorf("the dice are too tame: %v", shown)
	}
}

// judge looks at a decision alone.
func judge(in schedule.Input, now time.Time, got schedule.Decision) string {
	switch {
	case !got.Wake.After(now), got.Wake.After(now.Add(24 * time.Hour)):
		return "wakes at " + got.Wake.String()
	case !got.Until.IsZero() && !got.Until.After(now):
		return "has ended already"
	case !got.Until.IsZero() && got.Wake.After(got.Until):
		return "oversleeps the next thing"
	case got.Until.IsZero() != (got.Next == schedule.Show{}):
		return "an end without a next thing, or the other way round"
	case got.By == schedule.BySleep && got.Wake.Before(now.Add(24*time.Hour)) && !got.Wake.Equal(got.Until):
		return "wakes before its sleep ends"
	case got.Why == "" || got.WakeWhy == "":
		return "says nothing"
	case got.Stalled && len(got.Warnings) == 0:
		return "stalls without a warning"
	}
	if got.Show.Index < 0 {
		return ""
	}
	entry := in.Playlist.Entries[got.Show.Index]
	if in.Broken[got.Show.Index] || !isOpen(entry, now.In(in.Zone)) {
		return "shows what is broken or closed"
	}
	for i, other := range in.Playlist.Entries {
		empty := other.Kind == schedule.KindAlbum && len(in.Albums[other.Ref]) == 0
		if other.Priority > entry.Priority && !in.Broken[i] && !empty && isOpen(other, now.In(in.Zone)) {
			return fmt.Sprintf("entry %d is more important", i)
		}
	}
	return ""
}

// isOpen says the same as the package, said another way: it compares texts.
func isOpen(e schedule.Entry, local time.Time) bool {
	inRange := func(day time.Time) bool {
		date := day.Format(time.DateOnly)
		return (e.From == "" || e.From <= date) && (e.Until == "" || date <= e.Until)
	}
	year, month, day := local.Date()
	today := time.Date(year, month, day, 12, 0, 0, 0, time.UTC)
	eve := today.AddDate(0, 0, -1)
	if len(e.Windows) == 0 {
		return inRange(today)
	}
	clock := local.Format("15:04")
	for _, w := range e.Windows {
		named := func(day time.Time) bool {
			for _, name := range w.Days {
				if strings.EqualFold(day.Format("Mon"), name) {
					return inRange(day)
				}
			}
			return len(w.Days) == 0 && inRange(day)
		}
		switch overnight := w.To <= w.From; {
		case !overnight && named(today) && w.From <= clock && clock < w.To:
			return true
		case overnight && named(today) && w.From <= clock, overnight && named(eve) && clock < w.To:
			return true
		}
	}
	return false
}

// holds samples the time from a decision to its end, and the moment at which it ends.
func holds(d dice, in schedule.Input, got schedule.Decision) string {
	end := got.Until
	if end.IsZero() {
		end = d.now.Add(7 * 24 * time.Hour)
	}
	for range 6 {
		at := d.now.Add(time.Duration(d.Int64N(int64(end.Sub(d.now)))))
		again := schedule.Decide(in, at)
		if again.Show != got.Show || again.By != got.By || again.Stalled != got.Stalled {
			return fmt.Sprintf("at %s it shows %+v", at, again.Show)
		}
		if !got.Until.IsZero() && !again.Until.Equal(got.Until) {
			return fmt.Sprintf("at %s it ends at %s", at, again.Until)
		}
	}
	if got.Until.IsZero() {
		return ""
	}
	then := schedule.Decide(in, got.Until)
	if then.Show != got.Next || then.Show == got.Show && then.By == got.By {
		return fmt.Sprintf("at its end it shows %+v", then.Show)
	}
	return ""
}

// TestDeterministic: the same question has the same answer, and asking changes nothing.
func TestDeterministic(t *testing.T) {
	for seed := range uint64(300) {
		now := moment(t, time.UTC, "2026-06-01 12:00")
		in := dice{rand.New(rand.NewPCG(seed, 2)), now}.input(time.UTC)
		twin := dice{rand.New(rand.NewPCG(seed, 2)), now}.input(time.UTC)
		first := schedule.Decide(in, now)
		schedule.Preview(in, now, now.AddDate(0, 0, 2))
		schedule.Step(in, now, 1)
		if diff := cmp.Diff(first, schedule.Decide(in, now)); diff != "" {
			t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
		}
		same(t, twin.Playlist, in.Playlist)
		same(t, twin.Messages, in.Messages)
	}
}

// TestStepProperties: after a step the panel shows the anchor's entry, if the playlist has the say.
func TestStepProperties(t *testing.T) {
	counted := 0
	for seed := range uint64(1000) {
		random := rand.New(rand.NewPCG(seed, 3))
		now := moment(t, time.UTC, "2026-06-01 12:00").Add(time.Duration(random.Int64N(int64(24 * time.Hour))))
		in := dice{random, now}.input(time.UTC)
		before := schedule.Decide(in, now)
		in.Anchor = schedule.Step(in, now, random.IntN(41)-20)
		after := schedule.Decide(in, now)
		if before.By != after.By || before.Stalled != after.Stalled {
			t.Fatalf("seed %d: a step leads from %s to %s", seed, before.By, after.By)
		}
		if after.By != schedule.ByPlaylist || after.Stalled {
			continue
		}
		if counted++; after.Show.Index != in.Anchor.Index {
			t.Fatalf("seed %d: shows entry %d, the anchor says %d", seed, after.Show.Index, in.Anchor.Index)
		}
	}
	if counted < 200 {
		t.Errorf("only %d of the playlists turn", counted)
	}
}

// FuzzDecide takes stored or imported JSON of any sort: it is refused or decided on, and never breaks.
func FuzzDecide(f *testing.F) {
	f.Add([]byte(`{"name":"x","entries":[{"kind":"layout","ref":"a","seconds":60,"windows":[{"days":["mon"],"from":"22:00","to":"02:00"}]}]}`), int64(1780315200), int64(3))
	f.Add([]byte(`{"entries":[{"kind":"album","ref":"c","from":"2026-06-01","until":"x","priority":-9}],"sleep":[{"from":"1","to":"24:00"}]}`), int64(-1), int64(-7))
	f.Add([]byte(`{"entries":[{"kind":"album","ref":"b","seconds":-1},{"kind":"picture","ref":"p"}]}`), int64(1<<40), int64(1<<62))
	f.Fuzz(func(t *testing.T, data []byte, seconds, turn int64) {
		var list schedule.Playlist
		if json.Unmarshal(data, &list) != nil {
			return
		}
		now := time.Unix(seconds%(1<<40), 0)
		problems := list.Check()
		if len(list.Entries) > schedule.MaxEntries || len(list.Sleep) > schedule.MaxWindows {
			if len(problems) == 0 {
				t.Error("too long and not refused")
			}
			return
		}
		in := schedule.Input{
			Playlist: list, Albums: map[string][]string{"b": photos(2), "c": photos(7)},
			Anchor: schedule.Anchor{Playlist: list.ID, At: now.Add(-time.Minute), Turn: turn},
		}
		in.Anchor = schedule.Step(in, now, int(turn%1000))
		got := schedule.Decide(in, now)
		if !got.Wake.After(now) || !got.Until.IsZero() && !got.Until.After(now) {
			t.Errorf("%+v", got)
		}
	})
}

// hundred is a full playlist: windows, dates and priorities, many open at a time.
func hundred() schedule.Input {
	d := dice{rand.New(rand.NewPCG(4, 4)), time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)}
	in := schedule.Input{Playlist: schedule.Playlist{ID: "p"}, Albums: map[string][]string{"a": photos(9), "b": photos(200)}, Refresh: 15 * time.Minute}
	for range schedule.MaxEntries {
		in.Playlist.Entries = append(in.Playlist.Entries, d.entry())
	}
	in.Playlist.Sleep = []schedule.Sleep{sleep("night", "22:00", "06:30")}
	return in
}

func BenchmarkDecide(b *testing.B) {
	noon := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	in := hundred()
	stepped := in
	stepped.Anchor = schedule.Step(in, noon, 1)
	for _, row := range []struct {
		name string
		in   schedule.Input
		now  time.Time
	}{{"playlist", in, noon}, {"stepped", stepped, noon}, {"asleep", in, noon.Add(14 * time.Hour)}} {
		row.in.Zone = zone(b, "Europe/Berlin")
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				schedule.Decide(row.in, row.now)
			}
		})
	}
}

// BenchmarkPreview lists a day of a full playlist.
func BenchmarkPreview(b *testing.B) {
	noon := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	in := hundred()
	for b.Loop() {
		schedule.Preview(in, noon, noon.Add(24*time.Hour))
	}
}
