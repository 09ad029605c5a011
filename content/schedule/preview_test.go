package schedule_test

import (
	"testing"
	"time"

	"personalcms/content/schedule"
)

// TestPreviewDay is a day of a family: breakfast with the board, news, photos in the evening, sleep.
func TestPreviewDay(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	in := schedule.Input{
		Zone: berlin,
		Playlist: schedule.Playlist{
			ID: "family", Name: "Family",
			Entries: []schedule.Entry{
				layout("board", 120),
				layout("news", 120),
				ranked(1, layout("school", 60, window("06:30", "08:00", "mon", "tue", "wed", "thu", "fri"))),
				ranked(1, album("h", 60, window("19:00", "21:00"))),
			},
			Sleep: []schedule.Sleep{sleep("night", "22:30", "06:30"), sleep("night", "22:30", "08:30", "fri", "sat")},
		},
		Albums: map[string][]string{"h": {"1", "2"}},
	}
	in.Messages = []schedule.Message{{
		ID: "m", Text: "Grandma comes", From: moment(t, berlin, "2026-06-05 15:00"), Expires: moment(t, berlin, "2026-06-05 15:30"),
	}}
	same(t, []string{
		"05 06:00–05 06:30 night (sleep)",
		"05 06:30–05 08:00 layout school",
		"05 08:00–05 10:00 layout board",
		"05 10:00–05 12:00 layout news",
		"05 12:00–05 14:00 layout board",
		"05 14:00–05 15:00 layout news",
		"05 15:00–05 15:30 message m (message)",
		"05 15:30–05 16:00 layout news",
		"05 16:00–05 18:00 layout board",
		"05 18:00–05 19:00 layout news",
		"05 19:00–05 20:00 album h/2",
		"05 20:00–05 21:00 album h/1",
		"05 21:00–05 22:00 layout board",
		"05 22:00–05 22:30 layout news",
		"05 22:30–06 08:30 night (sleep)",
		"06 08:30–06 10:00 layout board",
	}, spans(t, in, "2026-06-05 06:00", "2026-06-06 10:00"))
}

// TestPreviewAgrees: what the preview says comes is what is decided when it comes.
func TestPreviewAgrees(t *testing.T) {
	in := four()
	in.Playlist.Sleep = []schedule.Sleep{sleep("keep", "22:00", "06:00")}
	from := moment(t, time.UTC, "2026-06-01 12:03")
	slots := schedule.Preview(in, from, from.Add(24*time.Hour))
	for i, slot := range slots {
		got := schedule.Decide(in, slot.From)
		same(t, slot.Show, got.Show)
		if i+1 < len(slots) {
			same(t, slots[i+1].Show, got.Next)
			same(t, slot.Until, got.Until)
		}
	}
}

func TestPreviewBounds(t *testing.T) {
	in := schedule.Input{Playlist: playlist(layout("a", 1), layout("b", 1))}
	from := moment(t, time.UTC, "2026-06-01 12:00")
	for _, row := range []struct {
		name string
		to   time.Time
		want int
	}{
		{"no time at all", from, 0},
		{"backwards", from.Add(-time.Hour), 0},
		{"a part of a turn", from.Add(time.Second), 1},
		{"an hour", from.Add(time.Hour), 60},
		{"a year", from.AddDate(1, 0, 0), schedule.MaxSlots},
	} {
		t.Run(row.name, func(t *testing.T) {
			slots := schedule.Preview(in, from, row.to)
			same(t, row.want, len(slots))
			if row.want > 0 && row.want < schedule.MaxSlots {
				same(t, row.to, slots[len(slots)-1].Until)
			}
		})
	}
}

// TestPreviewFar: what lies beyond the week that one decision looks ahead is found.
func TestPreviewFar(t *testing.T) {
	in := schedule.Input{Playlist: playlist(layout("a", 15), ranked(1, dated("2026-07-01", "2026-07-01", layout("b", 15))))}
	last := ""
	for _, span := range spans(t, in, "2026-06-01 00:00", "2026-07-02 00:00") {
		last = span
	}
	same(t, "01 00:00–02 00:00 layout b", last)
}
