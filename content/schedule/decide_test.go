package schedule_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"
	_ "time/tzdata" // the zones of these tests, wherever they run

	"personalcms/content/schedule"

	"github.com/google/go-cmp/cmp"
)

// zone opens a time zone by name.
func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// moment reads "2026-06-01 12:00" or "2026-06-01 12:00:30" on the wall clock of a zone.
func moment(t testing.TB, loc *time.Location, text string) time.Time {
	t.Helper()
	form := time.DateTime
	if len(text) == len("2026-06-01 12:00") {
		form = "2006-01-02 15:04"
	}
	at, err := time.ParseInLocation(form, text, loc)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// layout is an entry that shows the layout with that id for so many minutes.
func layout(ref string, minutes int, windows ...schedule.Window) schedule.Entry {
	return schedule.Entry{Kind: schedule.KindLayout, Ref: ref, Seconds: 60 * minutes, Windows: windows}
}

func album(ref string, minutes int, windows ...schedule.Window) schedule.Entry {
	return schedule.Entry{Kind: schedule.KindAlbum, Ref: ref, Seconds: 60 * minutes, Windows: windows}
}

func picture(ref string, minutes int) schedule.Entry {
	return schedule.Entry{Kind: schedule.KindPicture, Ref: ref, Seconds: 60 * minutes}
}

// ranked gives an entry a priority.
func ranked(priority int, entry schedule.Entry) schedule.Entry {
	entry.Priority = priority
	return entry
}

// dated gives an entry its first and last day.
func dated(from, until string, entry schedule.Entry) schedule.Entry {
	entry.From, entry.Until = from, until
	return entry
}

func window(from, to string, days ...string) schedule.Window {
	return schedule.Window{From: from, To: to, Days: days}
}

func sleep(screen, from, to string, days ...string) schedule.Sleep {
	return schedule.Sleep{Window: window(from, to, days...), Screen: screen}
}

func playlist(entries ...schedule.Entry) schedule.Playlist {
	return schedule.Playlist{ID: "p", Name: "House", Entries: entries}
}

// label names what is shown in a few characters: "layout a", "album h/2", "night (sleep)".
func label(show schedule.Show, by schedule.Layer) string {
	text := show.Kind
	if show.Ref != "" {
		text += " " + show.Ref
	}
	if show.Kind == schedule.KindAlbum {
		text += "/" + show.Picture
	}
	if by != schedule.ByPlaylist {
		text += " (" + string(by) + ")"
	}
	return text
}

// spans lists what is shown between two moments, such as "07:00–09:00 layout a".
func spans(t *testing.T, in schedule.Input, from, to string) []string {
	t.Helper()
	loc := in.Zone
	if loc == nil {
		loc = time.UTC
	}
	var list []string
	for _, slot := range schedule.Preview(in, moment(t, loc, from), moment(t, loc, to)) {
		text := slot.From.In(loc).Format("02 15:04") + "–" + slot.Until.In(loc).Format("02 15:04")
		list = append(list, text+" "+label(slot.Show, slot.By))
	}
	return list
}

func same(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestLayers puts everything on top of a playlist and takes one layer off after the other.
func TestLayers(t *testing.T) {
	now := moment(t, time.UTC, "2026-06-01 23:00")
	full := schedule.Input{
		Playlist: schedule.Playlist{ID: "p", Entries: []schedule.Entry{layout("a", 60)}, Sleep: []schedule.Sleep{sleep("night", "22:00", "06:00")}},
		Away:     schedule.Away{Since: now.Add(-time.Hour), Screen: "keep"},
		Override: schedule.Override{Entry: picture("x", 15), Until: now.Add(30 * time.Minute)},
		Messages: []schedule.Message{{ID: "urgent", Expires: now.Add(10 * time.Minute)}, {ID: "low", Priority: -1, From: now.Add(-time.Hour)}},
	}
	steps := []struct {
		name string
		take func(*schedule.Input)
		want string
	}{
		{"all", func(*schedule.Input) {}, "message urgent (message)"},
		{"no urgent message", func(in *schedule.Input) { in.Messages = in.Messages[1:] }, "picture x (override)"},
		{"no override", func(in *schedule.Input) { in.Override = schedule.Override{} }, "keep (away)"},
		{"at home", func(in *schedule.Input) { in.Away = schedule.Away{} }, "night (sleep)"},
		{"no sleep hours", func(in *schedule.Input) { in.Playlist.Sleep = nil }, "message low (message)"},
		{"no message", func(in *schedule.Input) { in.Messages = nil }, "layout a"},
		{"no entry", func(in *schedule.Input) { in.Playlist.Entries = nil }, "nothing"},
	}
	for _, step := range steps {
		t.Run(step.name, func(t *testing.T) {
			step.take(&full)
			got := schedule.Decide(full, now)
			same(t, step.want, label(got.Show, got.By))
		})
	}
}

func TestMessages(t *testing.T) {
	noon := moment(t, time.UTC, "2026-06-01 12:00")
	at := func(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }
	for _, row := range []struct {
		name     string
		messages []schedule.Message
		want     []string
	}{
		{"none", nil, []string{"01 12:00–01 13:00 layout a"}},
		{
			"until removed",
			[]schedule.Message{{ID: "m"}},
			[]string{"01 12:00–01 13:00 message m (message)"},
		},
		{
			"expires",
			[]schedule.Message{{ID: "m", Expires: at(20)}},
			[]string{"01 12:00–01 12:20 message m (message)", "01 12:20–01 13:00 layout a"},
		},
		{
			"expired at this very moment",
			[]schedule.Message{{ID: "m", Expires: at(0)}},
			[]string{"01 12:00–01 13:00 layout a"},
		},
		{
			"comes later",
			[]schedule.Message{{ID: "m", From: at(10), Expires: at(20)}},
			[]string{"01 12:00–01 12:10 layout a", "01 12:10–01 12:20 message m (message)", "01 12:20–01 13:00 layout a"},
		},
		{
			"the newest wins",
			[]schedule.Message{{ID: "new", From: at(-1), Expires: at(5)}, {ID: "old", From: at(-2), Expires: at(15)}},
			[]string{
				"01 12:00–01 12:05 message new (message)", "01 12:05–01 12:15 message old (message)",
				"01 12:15–01 13:00 layout a",
			},
		},
		{
			"a higher priority wins over a newer one",
			[]schedule.Message{{ID: "high", Priority: 2, From: at(-9), Expires: at(5)}, {ID: "new", From: at(-1), Expires: at(15)}},
			[]string{
				"01 12:00–01 12:05 message high (message)", "01 12:05–01 12:15 message new (message)",
				"01 12:15–01 13:00 layout a",
			},
		},
		{
			"a higher one comes in between",
			[]schedule.Message{{ID: "m", Expires: at(50)}, {ID: "high", Priority: 1, From: at(10), Expires: at(20)}},
			[]string{
				"01 12:00–01 12:10 message m (message)", "01 12:10–01 12:20 message high (message)",
				"01 12:20–01 12:50 message m (message)", "01 12:50–01 13:00 layout a",
			},
		},
		{
			"of the same age the greater id, in either order",
			[]schedule.Message{{ID: "b", Expires: at(60)}, {ID: "c", Expires: at(60)}, {ID: "a", Expires: at(60)}},
			[]string{"01 12:00–01 13:00 message c (message)"},
		},
		{
			"a low one shows while nobody sleeps",
			[]schedule.Message{{ID: "low", Priority: -3, Expires: at(30)}},
			[]string{"01 12:00–01 12:30 message low (message)", "01 12:30–01 13:00 layout a"},
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			in := schedule.Input{Playlist: playlist(layout("a", 60)), Messages: row.messages}
			same(t, row.want, spans(t, in, "2026-06-01 12:00", "2026-06-01 13:00"))
		})
	}
}

// TestLowMessageWaits: it comes when sleep ends, the urgent one in the middle of the night.
func TestLowMessageWaits(t *testing.T) {
	night := moment(t, time.UTC, "2026-06-02 02:00")
	list := playlist(layout("a", 60))
	list.Sleep = []schedule.Sleep{sleep("night", "22:00", "06:00")}
	in := schedule.Input{Playlist: list, Messages: []schedule.Message{
		{ID: "low", Priority: -1, From: night, Expires: night.Add(5 * time.Hour)},
		{ID: "urgent", From: night.Add(time.Hour), Expires: night.Add(2 * time.Hour)},
	}}
	same(t, []string{
		"01 21:00–01 22:00 layout a", "01 22:00–02 03:00 night (sleep)", "02 03:00–02 04:00 message urgent (message)",
		"02 04:00–02 06:00 night (sleep)", "02 06:00–02 07:00 message low (message)", "02 07:00–02 08:00 layout a",
	}, spans(t, in, "2026-06-01 21:00", "2026-06-02 08:00"))
}

func TestAway(t *testing.T) {
	noon := moment(t, time.UTC, "2026-06-01 12:00")
	for _, row := range []struct {
		name string
		away schedule.Away
		want []string
	}{
		{"at home", schedule.Away{}, []string{"01 12:00–01 14:00 layout a"}},
		{"an end without a beginning is nothing", schedule.Away{Until: noon.Add(time.Hour)}, []string{"01 12:00–01 14:00 layout a"}},
		{"until further notice", schedule.Away{Since: noon}, []string{"01 12:00–01 14:00 night (away)"}},
		{"keeps the picture", schedule.Away{Since: noon, Screen: "keep"}, []string{"01 12:00–01 14:00 keep (away)"}},
		{
			"until",
			schedule.Away{Since: noon.Add(-time.Hour), Until: noon.Add(time.Hour)},
			[]string{"01 12:00–01 13:00 night (away)", "01 13:00–01 14:00 layout a"},
		},
		{
			"from later on",
			schedule.Away{Since: noon.Add(30 * time.Minute), Until: noon.Add(time.Hour)},
			[]string{"01 12:00–01 12:30 layout a", "01 12:30–01 13:00 night (away)", "01 13:00–01 14:00 layout a"},
		},
		{"over", schedule.Away{Since: noon.Add(-2 * time.Hour), Until: noon}, []string{"01 12:00–01 14:00 layout a"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			in := schedule.Input{Playlist: playlist(layout("a", 60)), Away: row.away}
			same(t, row.want, spans(t, in, "2026-06-01 12:00", "2026-06-01 14:00"))
		})
	}
}

func TestOverride(t *testing.T) {
	noon := moment(t, time.UTC, "2026-06-01 12:00")
	half := noon.Add(30 * time.Minute)
	closed := dated("2020-01-01", "2020-01-02", layout("x", 5, window("03:00", "03:05", "sun")))
	for _, row := range []struct {
		name     string
		override schedule.Override
		broken   map[int]bool
		want     []string
	}{
		{
			"a layout, whatever its windows say",
			schedule.Override{Entry: closed, Until: half},
			nil,
			[]string{"01 12:00–01 12:30 layout x (override)", "01 12:30–01 13:00 layout a"},
		},
		{
			"an album turns",
			schedule.Override{Entry: album("h", 10), Until: half},
			nil,
			[]string{
				"01 12:00–01 12:10 album h/1 (override)", "01 12:10–01 12:20 album h/2 (override)",
				"01 12:20–01 12:30 album h/1 (override)", "01 12:30–01 13:00 layout a",
			},
		},
		{"over", schedule.Override{Entry: closed, Until: noon}, nil, []string{"01 12:00–01 13:00 layout a"}},
		{"broken", schedule.Override{Entry: closed, Until: half}, map[int]bool{schedule.Overridden: true}, []string{"01 12:00–01 13:00 layout a"}},
		{"an empty album", schedule.Override{Entry: album("none", 5), Until: half}, nil, []string{"01 12:00–01 13:00 layout a"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			in := schedule.Input{
				Playlist: playlist(layout("a", 60)), Albums: map[string][]string{"h": {"1", "2"}},
				Override: row.override, Broken: row.broken,
			}
			same(t, row.want, spans(t, in, "2026-06-01 12:00", "2026-06-01 13:00"))
		})
	}
}

// TestWake looks at when the device asks again.
func TestWake(t *testing.T) {
	noon := moment(t, time.UTC, "2026-06-01 12:00")
	two := playlist(layout("a", 60), picture("b", 60))
	asleep := playlist(layout("a", 60))
	asleep.Sleep = []schedule.Sleep{sleep("keep", "11:00", "17:30")}
	for _, row := range []struct {
		name  string
		in    schedule.Input
		now   time.Time
		until string // empty: no end in sight
		wake  string
	}{
		{"a layout is refreshed", schedule.Input{Playlist: two, Refresh: 15 * time.Minute}, noon, "01 13:00:00", "01 12:15:00"},
		{"a layout ends before its refresh", schedule.Input{Playlist: two, Refresh: 15 * time.Minute}, noon.Add(50 * time.Minute), "01 13:00:00", "01 13:00:00"},
		{"a layout without refresh", schedule.Input{Playlist: two}, noon, "01 13:00:00", "01 13:00:00"},
		{"a picture is not refreshed", schedule.Input{Playlist: two, Refresh: 15 * time.Minute}, noon.Add(time.Hour), "01 14:00:00", "01 14:00:00"},
		{"sleep is not refreshed", schedule.Input{Playlist: asleep, Refresh: 15 * time.Minute}, noon, "01 17:30:00", "01 17:30:00"},
		{"the only picture", schedule.Input{Playlist: playlist(picture("b", 15)), Refresh: time.Minute}, noon, "", "02 12:00:00"},
		{"the only layout", schedule.Input{Playlist: playlist(layout("a", 15)), Refresh: time.Hour}, noon, "", "01 13:00:00"},
		{"nothing to show", schedule.Input{Refresh: 20 * time.Minute}, noon, "", "01 12:20:00"},
		{"away for long", schedule.Input{Playlist: two, Away: schedule.Away{Since: noon, Until: noon.Add(72 * time.Hour)}}, noon, "04 12:00:00", "02 12:00:00"},
		{"away until further notice", schedule.Input{Playlist: two, Away: schedule.Away{Since: noon}, Refresh: time.Minute}, noon, "", "02 12:00:00"},
		{"between two seconds", schedule.Input{Playlist: two}, noon.Add(300 * time.Millisecond), "01 13:00:00", "01 13:00:00"},
		{
			"a message that is to come",
			schedule.Input{Playlist: two, Refresh: time.Hour, Messages: []schedule.Message{{ID: "m", From: noon.Add(90 * time.Second)}}},
			noon, "01 12:01:30", "01 12:01:30",
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := schedule.Decide(row.in, row.now)
			until := ""
			if !got.Until.IsZero() {
				until = got.Until.UTC().Format("02 15:04:05")
			}
			same(t, fmt.Sprintf("until %s, wake %s", row.until, row.wake),
				fmt.Sprintf("until %s, wake %s", until, got.Wake.UTC().Format("02 15:04:05")))
		})
	}
}

// TestJSON keeps the names that are stored and exported.
func TestJSON(t *testing.T) {
	list := playlist(dated("2026-12-01", "2026-12-24", ranked(2, album("h", 5, window("07:00", "22:00", "mon", "sun")))))
	list.Sleep = []schedule.Sleep{sleep("keep", "22:00", "06:00")}
	got, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	same(t, `{"id":"p","name":"House","default":false,"entries":[{"kind":"album","ref":"h","seconds":300,`+
		`"windows":[{"days":["mon","sun"],"from":"07:00","to":"22:00"}],"from":"2026-12-01","until":"2026-12-24","priority":2}],`+
		`"sleep":[{"from":"22:00","to":"06:00","screen":"keep"}]}`, string(got))
	var back schedule.Playlist
	if err := json.Unmarshal(got, &back); err != nil {
		t.Fatal(err)
	}
	same(t, list, back)
}
