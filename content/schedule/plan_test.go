package schedule_test

import (
	"fmt"
	"testing"
	"time"

	"personalcms/content/schedule"
)

func TestTurns(t *testing.T) {
	three := []schedule.Entry{layout("a", 10), picture("b", 20), layout("c", 30)}
	for _, row := range []struct {
		name    string
		entries []schedule.Entry
		broken  map[int]bool
		want    []string
	}{
		{"one entry", three[:1], nil, []string{"01 12:00–01 14:00 layout a"}},
		{
			"in their order, each for its time", three, nil,
			[]string{
				"01 12:00–01 12:10 layout a", "01 12:10–01 12:30 picture b", "01 12:30–01 13:00 layout c",
				"01 13:00–01 13:10 layout a", "01 13:10–01 13:30 picture b", "01 13:30–01 14:00 layout c",
			},
		},
		{
			"the highest priority only",
			[]schedule.Entry{layout("a", 10), ranked(3, picture("b", 20)), ranked(3, layout("c", 40)), ranked(-1, layout("d", 5))},
			nil,
			[]string{
				"01 12:00–01 12:20 picture b", "01 12:20–01 13:00 layout c",
				"01 13:00–01 13:20 picture b", "01 13:20–01 14:00 layout c",
			},
		},
		{
			"all below zero",
			[]schedule.Entry{ranked(-2, layout("a", 10)), ranked(-1, picture("b", 20))},
			nil,
			[]string{"01 12:00–01 14:00 picture b"},
		},
		{
			"a broken one leaves its time to the next, the others keep theirs", three,
			map[int]bool{1: true},
			[]string{
				"01 12:00–01 12:10 layout a", "01 12:10–01 13:00 layout c",
				"01 13:00–01 13:10 layout a", "01 13:10–01 14:00 layout c",
			},
		},
		{
			"the last is broken", three,
			map[int]bool{2: true},
			[]string{
				"01 12:00–01 12:10 layout a", "01 12:10–01 12:30 picture b",
				"01 12:30–01 13:10 layout a", "01 13:10–01 13:30 picture b", "01 13:30–01 14:00 layout a",
			},
		},
		{"all but one are broken", three, map[int]bool{0: true, 2: true}, []string{"01 12:00–01 14:00 picture b"}},
		{"all are broken: the last good screen stays", three, map[int]bool{0: true, 1: true, 2: true}, []string{"01 12:00–01 14:00 keep"}},
		{
			"the important one is broken: the others show",
			[]schedule.Entry{layout("a", 60), ranked(9, layout("b", 60))},
			map[int]bool{1: true},
			[]string{"01 12:00–01 14:00 layout a"},
		},
		{
			"an album shows one picture at each turn",
			[]schedule.Entry{layout("a", 20), album("two", 10)},
			nil,
			[]string{
				"01 12:00–01 12:20 layout a", "01 12:20–01 12:30 album two/1",
				"01 12:30–01 12:50 layout a", "01 12:50–01 13:00 album two/2",
				"01 13:00–01 13:20 layout a", "01 13:20–01 13:30 album two/1",
				"01 13:30–01 13:50 layout a", "01 13:50–01 14:00 album two/2",
			},
		},
		{
			"a broken one after an album brings the next picture early",
			[]schedule.Entry{album("two", 10), layout("a", 50)},
			map[int]bool{1: true},
			[]string{"01 12:00–01 12:10 album two/1", "01 12:10–01 13:10 album two/2", "01 13:10–01 14:00 album two/1"},
		},
		{"an album of one picture", []schedule.Entry{album("one", 10)}, nil, []string{"01 12:00–01 14:00 album one/1"}},
		{"an album without pictures is passed over", []schedule.Entry{album("none", 10), layout("a", 10)}, nil, []string{"01 12:00–01 14:00 layout a"}},
		{"no kind that we know", []schedule.Entry{{Kind: "film", Ref: "x"}, {Kind: "layout"}}, nil, []string{"01 12:00–01 14:00 nothing"}},
		{
			"without a duration, and with ones out of bounds",
			[]schedule.Entry{{Kind: "layout", Ref: "a"}, {Kind: "layout", Ref: "b", Seconds: 1}, {Kind: "layout", Ref: "c", Seconds: 44 * 60}},
			nil,
			[]string{
				"01 12:00–01 12:15 layout a", "01 12:15–01 12:16 layout b", "01 12:16–01 13:00 layout c",
				"01 13:00–01 13:15 layout a", "01 13:15–01 13:16 layout b", "01 13:16–01 14:00 layout c",
			},
		},
		{
			"an entry opens in the middle",
			[]schedule.Entry{layout("a", 30), layout("b", 30, window("13:00", "23:00"))},
			nil,
			[]string{"01 12:00–01 13:30 layout a", "01 13:30–01 14:00 layout b"},
		},
		{
			"an important one cuts a turn short",
			[]schedule.Entry{layout("a", 60), ranked(1, layout("b", 60, window("12:25", "12:35")))},
			nil,
			[]string{"01 12:00–01 12:25 layout a", "01 12:25–01 12:35 layout b", "01 12:35–01 14:00 layout a"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			in := schedule.Input{
				Playlist: playlist(row.entries...), Broken: row.broken,
				Albums: map[string][]string{"one": {"1"}, "two": {"1", "2"}, "none": {}},
			}
			same(t, row.want, spans(t, in, "2026-06-01 12:00", "2026-06-01 14:00"))
		})
	}
}

// TestCommonBeat: whoever asks whenever, devices of one zone show the same, and the answer of one question holds
// until its end.
func TestCommonBeat(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	in := schedule.Input{Playlist: playlist(layout("a", 7), picture("b", 11), layout("c", 23)), Zone: berlin}
	start := moment(t, berlin, "2026-06-01 00:00")
	for _, every := range []time.Duration{time.Minute, 13 * time.Minute, 31*time.Minute + 7*time.Second} {
		until, want := start, schedule.Show{}
		for now := start; now.Before(start.Add(24 * time.Hour)); now = now.Add(every) {
			got := schedule.Decide(in, now)
			if now.Before(until) && got.Show != want {
				t.Fatalf("every %s, at %s: %v, but %v was to stay until %s", every, now, got.Show, want, until)
			}
			until, want = got.Until, got.Show
		}
	}
}

// TestDailyPicture: an entry of a day changes at midnight on the wall, in summer as in winter, and a week of them
// begins on Monday.
func TestDailyPicture(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	var week []schedule.Entry
	for _, day := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		week = append(week, picture(day, 24*60))
	}
	in := schedule.Input{Playlist: playlist(week...), Zone: berlin}
	for _, day := range []string{"2026-01-14", "2026-03-28", "2026-03-29", "2026-07-01", "2026-10-24", "2026-10-25"} {
		for _, hour := range []string{"00:00", "01:59", "12:00", "23:59"} {
			now := moment(t, berlin, day+" "+hour)
			got := schedule.Decide(in, now)
			want := map[time.Weekday]string{0: "sun", 1: "mon", 2: "tue", 3: "wed", 4: "thu", 5: "fri", 6: "sat"}[now.Weekday()]
			if got.Show.Picture != want || got.Until.In(berlin).Format("15:04") != "00:00" || got.Until.Sub(now) > 25*time.Hour {
				t.Errorf("%s %s: %q until %s, want %q until midnight", day, hour, got.Show.Picture, got.Until.In(berlin), want)
			}
		}
	}
}

// photos names an album's pictures.
func photos(n int) []string {
	var list []string
	for i := range n {
		list = append(list, fmt.Sprintf("photo%02d", i))
	}
	return list
}

// TestAlbumRounds: each round through an album shows each picture once, none twice in a row.
func TestAlbumRounds(t *testing.T) {
	start := moment(t, time.UTC, "2024-01-01 00:00")
	for n := 1; n <= 40; n++ {
		in := schedule.Input{Playlist: playlist(album("h", 1)), Albums: map[string][]string{"h": photos(n)}}
		before := ""
		for round := range 30 {
			seen := map[string]bool{}
			for i := range n {
				now := start.Add(time.Duration(round*n+i) * time.Minute)
				got := schedule.Decide(in, now).Show.Picture
				if n > 1 && got == before {
					t.Fatalf("%d pictures: %s twice in a row, in round %d", n, got, round)
				}
				seen[got], before = true, got
			}
			if len(seen) != n {
				t.Fatalf("round %d shows %d of %d pictures", round, len(seen), n)
			}
		}
	}
}

// TestAlbumInWindow: an album that is open for an hour a day shows all of its pictures within some weeks, also when its
// length divides the turns of a day.
func TestAlbumInWindow(t *testing.T) {
	for _, n := range []int{4, 6, 8, 12, 24, 32, 48, 96} {
		in := schedule.Input{
			Playlist: playlist(album("h", 20, window("18:00", "19:00"))), Albums: map[string][]string{"h": photos(n)},
		}
		seen := map[string]bool{}
		start := moment(t, time.UTC, "2026-06-01 18:00")
		for day := range 3 * n {
			for turn := range 3 {
				now := start.AddDate(0, 0, day).Add(time.Duration(turn) * 20 * time.Minute)
				seen[schedule.Decide(in, now).Show.Picture] = true
			}
		}
		if len(seen) != n {
			t.Errorf("%d of %d pictures in %d days", len(seen), n, 3*n)
		}
	}
}

// TestBeforeTheEpoch: a device whose clock was never set asks from 1970.
func TestBeforeTheEpoch(t *testing.T) {
	in := schedule.Input{
		Playlist: playlist(layout("a", 10), album("h", 20)), Albums: map[string][]string{"h": photos(5)},
		Zone: zone(t, "America/New_York"),
	}
	for _, now := range []time.Time{{}, time.Unix(0, 0), time.Unix(-12345, 678)} {
		got := schedule.Decide(in, now)
		if !got.Until.After(now) || got.Until.Sub(now) > 20*time.Minute || got.Show.Ref == "" {
			t.Errorf("%s: %+v", now, got)
		}
	}
}
