package screen_test

import (
	"strings"
	"testing"
	"time"

	"personalcms/content"
	"personalcms/content/schedule"
	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/store"

	"github.com/google/go-cmp/cmp"
)

// layout makes a layout.
func (e *easel) layout(id string, widgets ...render.Widget) {
	e.t.Helper()
	for i := range widgets {
		widgets[i].ID = string(rune('a' + i))
		if widgets[i].W == 0 {
			widgets[i].W, widgets[i].H = 8, 5
		}
	}
	_, err := e.db.SaveLayout(render.Layout{ID: id, Name: "Layout " + id, Padding: 20, Widgets: widgets}, 0, noon)
	must(e.t, err)
}

func (e *easel) playlist(p schedule.Playlist) {
	e.t.Helper()
	p.ID, p.Name, p.Default = "p", "P", true
	must(e.t, e.db.SavePlaylist(p))
}

// times are what a device shows at some times of the day, Berlin's.
func (e *easel) times(device store.Device, clocks ...string) []string {
	e.t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	must(e.t, err)
	var shown []string
	for _, clock := range clocks {
		at, err := time.ParseInLocation("2006-01-02 15:04", "2026-11-23 "+clock, zone)
		must(e.t, err)
		shown = append(shown, clock+" "+e.at(device, at).Name)
	}
	return shown
}

func TestAPlaylistTurnsAndSleeps(t *testing.T) {
	e := newEasel(t)
	e.layout("one", render.Widget{Kind: "date"})
	e.layout("two", render.Widget{Kind: "date"})
	picture := e.picture(128)
	e.playlist(schedule.Playlist{
		Entries: []schedule.Entry{
			{Kind: "layout", Ref: "one", Seconds: 3600},
			{Kind: "layout", Ref: "two", Seconds: 3600},
			{Kind: "picture", Ref: picture.ID, Priority: 1, Windows: []schedule.Window{{From: "18:00", To: "19:00"}}},
		},
		Sleep: []schedule.Sleep{{Window: schedule.Window{From: "23:00", To: "06:30"}, Screen: "night"}},
	})
	device := e.change(func(*store.Device) {})
	want := []string{"00:10 Night", "10:10 Layout one", "11:10 Layout two", "12:10 Layout one", "18:30 Picture", "23:10 Night"}
	if diff := cmp.Diff(want, e.times(device, "00:10", "10:10", "11:10", "12:10", "18:30", "23:10")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhatStandsAboveThePlaylist(t *testing.T) {
	e := newEasel(t)
	e.layout("one", render.Widget{Kind: "date"})
	e.layout("two", render.Widget{Kind: "clock"})
	e.playlist(schedule.Playlist{Entries: []schedule.Entry{{Kind: "layout", Ref: "one"}}})
	picture := e.picture(0)
	for name, row := range map[string]struct {
		want   string
		change func(*store.Device)
	}{
		"nothing":  {"Layout one", func(*store.Device) {}},
		"a layout": {"Layout two", func(d *store.Device) { d.Preferences.Layout = "two" }},
		"a message": {"Message", func(d *store.Device) {
			d.Messages = []schedule.Message{{ID: "m", Text: "Dinner!", From: noon.Add(-time.Minute)}}
		}},
		"show this now": {"Picture", func(d *store.Device) {
			d.Override = schedule.Override{Entry: schedule.Entry{Kind: "picture", Ref: picture.ID}, Until: noon.Add(time.Hour)}
		}},
		"away": {"Night", func(d *store.Device) { d.Away = schedule.Away{Since: noon.Add(-time.Hour)} }},
	} {
		device := e.change(func(d *store.Device) {
			*d = store.Device{ID: "panel", DeviceType: "T", Approved: true}
			row.change(d)
		})
		if got := e.at(device, noon).Name; got != row.want {
			t.Errorf("%s: it shows %q", name, got)
		}
	}
}

func TestAnEntryThatFailsToDrawIsSkipped(t *testing.T) {
	e := newEasel(t)
	e.layout("one", render.Widget{Kind: "date"})
	broken, err := e.db.AddPicture(store.Picture{Mode: "fill", Uploaded: noon}, []byte("no JPEG"))
	must(t, err)
	e.playlist(schedule.Playlist{Entries: []schedule.Entry{
		{Kind: "picture", Ref: broken.ID, Priority: 1}, {Kind: "layout", Ref: "gone"}, {Kind: "layout", Ref: "one"},
	}})
	device := e.change(func(*store.Device) {})
	for range 3 {
		if got := e.at(device, noon).Name; got != "Layout one" {
			t.Errorf("it shows %q", got)
		}
	}
	if n := strings.Count(e.log.String(), "could not be drawn"); n != 2 {
		t.Errorf("the log says %d times what could not be drawn: %s", n, e.log)
	}
	plan := e.Plan(device, noon)
	if len(plan.Warnings) == 0 {
		t.Errorf("the plan does not warn: %+v", plan)
	}
	if again := e.at(device, noon.Add(11*time.Minute)); again.Name != "Layout one" || strings.Count(e.log.String(), "could not be drawn") != 4 {
		t.Errorf("after a while they are not tried again: %q, %s", again.Name, e.log)
	}
}

func TestAMirrorShowsWhatAnotherDeviceShows(t *testing.T) {
	e := newEasel(t)
	e.layout("two", render.Widget{Kind: "date"})
	must(t, e.db.CreateDevice(store.Device{
		ID: "other", DeviceType: "T", Approved: true, Preferences: store.Preferences{Layout: "two"}, Panel: render.Panel{Width: 400, Height: 300, Colors: 2},
	}))
	device := e.change(func(d *store.Device) { d.Mirror = "other" })
	if got := e.at(device, noon); got.Name != "Layout two" || got.Width != 800 {
		t.Errorf("%q, %d wide", got.Name, got.Width)
	}
	lonely := e.change(func(d *store.Device) { d.Mirror = "gone" })
	if got := e.at(lonely, noon); got.Name != "Default" {
		t.Errorf("without the other it shows %q", got.Name)
	}
}

func TestWhenADeviceWakes(t *testing.T) {
	e := newEasel(t)
	e.layout("clock", render.Widget{Kind: "clock"})
	e.layout("date", render.Widget{Kind: "date"})
	sleep := []schedule.Sleep{{Window: schedule.Window{From: "22:00", To: "06:30"}, Screen: "keep"}}
	zone, err := time.LoadLocation("Europe/Berlin")
	must(t, err)
	at := func(clock string) time.Time {
		parsed, err := time.ParseInLocation("2006-01-02 15:04:05", "2026-11-23 "+clock, zone)
		must(t, err)
		return parsed
	}
	for name, row := range map[string]struct {
		layout    string
		now, want string
	}{
		"a clock goes on with the refresh":        {"clock", "12:01:00", "12:05:00"},
		"a date can wait":                         {"date", "12:01:00", "13:01:00"},
		"not beyond the beginning of the sleep":   {"date", "21:30:00", "22:00:00"},
		"asleep until the morning":                {"clock", "22:30:00", "30:30:00"},
		"a clock shortly before the sleep begins": {"clock", "21:58:00", "22:00:00"},
	} {
		e.playlist(schedule.Playlist{Entries: []schedule.Entry{{Kind: "layout", Ref: row.layout}}, Sleep: sleep})
		device := e.change(func(*store.Device) {})
		want := at("06:30:00").AddDate(0, 0, 1)
		if row.want != "30:30:00" {
			want = at(row.want)
		}
		if got := e.Current(device, base, at(row.now)).Wake.Sub(want); got < 0 || got > 20*time.Second {
			t.Errorf("%s: %s from what is wanted", name, got)
		}
	}
}

func TestAButtonTurnsThePlaylist(t *testing.T) {
	e := newEasel(t)
	e.layout("one", render.Widget{Kind: "date"})
	e.layout("two", render.Widget{Kind: "date"})
	e.layout("three", render.Widget{Kind: "date"})
	e.playlist(schedule.Playlist{Entries: []schedule.Entry{
		{Kind: "layout", Ref: "one", Seconds: 3600}, {Kind: "layout", Ref: "two", Seconds: 3600}, {Kind: "layout", Ref: "three", Seconds: 3600},
	}})
	buttons := store.Buttons{Short: "next", Double: "previous", Cards: map[string]string{"04A1B2": "entry:3"}}
	device := e.change(func(*store.Device) {})
	start := e.at(device, noon).Name
	press := func(what, card string) string {
		_, err := e.Press(device, screen.Action(buttons, what, card), noon.Add(time.Minute))
		must(t, err)
		device = e.change(func(*store.Device) {})
		return e.at(device, noon.Add(time.Minute)).Name
	}
	next := press("short", "")
	if next == start {
		t.Error("a press changes nothing")
	}
	if got := press("double", ""); got != start {
		t.Errorf("back it shows %q, was %q", got, start)
	}
	if got := press("", "04:a1:b2"); got != "Layout three" {
		t.Errorf("the card shows %q", got)
	}
	if got := press("long", ""); got != "Layout three" {
		t.Errorf("a press without an action shows %q", got)
	}
}

// TestADeviceWithoutAPlaylistShowsTheDefaultLayout, and nothing is wrong with that.
func TestADeviceWithoutAPlaylistShowsTheDefaultLayout(t *testing.T) {
	e := newEasel(t)
	plan := e.Plan(e.change(func(*store.Device) {}), noon)
	if plan.Stalled || len(plan.Warnings) > 0 || plan.Show.Ref != render.DefaultLayout || !strings.Contains(plan.Why, "Default") {
		t.Errorf("%+v", plan)
	}
}

// TestCreditsOfWhatIsShown names each once, and those of other layouts not at all.
func TestCreditsOfWhatIsShown(t *testing.T) {
	e := newEasel(t)
	for id, credit := range map[string]string{"weather": "Weather data by Open-Meteo.com", "plain": "", "other": "Elsewhere"} {
		_, err := e.db.SaveSource(id, nil, func(s *store.Source, _ bool) error {
			s.Source = content.Source{ID: id, Name: id, Kind: content.KindWeather, Credit: credit}
			return nil
		})
		must(t, err)
	}
	e.layout("one", render.Widget{Kind: "weather", Sources: []string{"weather"}}, render.Widget{Kind: "forecast", Sources: []string{"weather", "plain", "gone"}})
	device := e.change(func(d *store.Device) { d.Preferences.Layout = "one" })
	if diff := cmp.Diff([]string{"Weather data by Open-Meteo.com"}, e.Credits(e.Plan(device, noon))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
