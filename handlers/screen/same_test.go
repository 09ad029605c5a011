package screen_test

import (
	"fmt"
	"testing"
	"time"

	"personalcms/content"
	"personalcms/render"
	"personalcms/store"
)

// furnished is an easel with a little of everything that screens show.
func furnished(t *testing.T) *easel {
	t.Helper()
	e := newEasel(t)
	must(t, e.db.UpdateSettings(func(s *store.Settings) error {
		s.RefreshSeconds, s.Place = 60, content.Place{Name: "Freiburg", Latitude: 48, Longitude: 7.85, TimeZone: "Europe/Berlin"}
		return nil
	}))
	for kind, feed := range map[string]content.Feed{
		content.KindWeather: {Weather: &content.Weather{
			Place: "Freiburg", Now: content.WeatherNow{Time: noon, Temperature: 7, Code: 61, Day: true},
			Days: []content.WeatherDay{{Date: noon.Truncate(24 * time.Hour), Low: 3, High: 9, Code: 61}},
		}},
		content.KindCalendar: {Events: []content.Event{
			{Title: "Dentist", Start: noon.Add(2 * time.Hour), End: noon.Add(3 * time.Hour)},
			{Title: "Grandma visits", Start: noon.Truncate(24 * time.Hour), End: noon.Truncate(24*time.Hour).AddDate(0, 0, 2), AllDay: true},
		}},
		content.KindFeed: {Items: []content.Item{{Title: "Researchers grow coral", Published: noon}}},
	} {
		_, err := e.db.SaveSource(kind, nil, func(s *store.Source, _ bool) error {
			s.Source = content.Source{ID: kind, Name: kind, Kind: kind}
			return nil
		})
		must(t, err)
		_, err = e.db.NoteFetched(kind, nil, func(was store.Fetched) store.Fetched {
			was.Feed, was.Feed.At = feed, noon
			was.State.LastTry, was.State.LastGood = noon, noon
			return was
		})
		must(t, err)
	}
	var readings []store.Reading
	for i := range 100 {
		at := noon.Add(time.Duration(i-100) * 10 * time.Minute)
		readings = append(readings, store.Reading{Sensor: "temperature", Time: at, Value: 20 + float64(i%7)}, store.Reading{Sensor: "humidity", Time: at, Value: 44})
	}
	must(t, e.db.AddReadings("panel", noon, readings, nil))
	picture := e.picture(90)
	e.change(func(d *store.Device) { d.Pictures = []string{picture.ID} })
	return e
}

// everyKind are all widgets there are, nine to a layout, with sources of all kinds they take.
func everyKind(e *easel) []string {
	var ids []string
	var widgets []render.Widget
	flush := func() {
		id := fmt.Sprint("all-", len(ids))
		e.layout(id, widgets...)
		ids, widgets = append(ids, id), nil
	}
	for _, kind := range render.Kinds() {
		w := render.Widget{Kind: kind.Name, X: 8 * (len(widgets) % 3), Y: 5 * (len(widgets) / 3), W: 8, H: 5, Sources: kind.Needs.Sources}
		if widgets = append(widgets, w); len(widgets) == 9 {
			flush()
		}
	}
	flush()
	return ids
}

// TestTwoServersDrawTheSameBits with the same data at the same times.
func TestTwoServersDrawTheSameBits(t *testing.T) {
	one, two := furnished(t), furnished(t)
	layouts := everyKind(one)
	everyKind(two)
	for _, ready := range render.ReadyLayouts() {
		layouts = append(layouts, ready.ID)
	}
	for _, id := range layouts {
		choose := func(d *store.Device) { d.Preferences.Layout = id }
		a, b := one.change(choose), two.change(choose)
		for _, later := range []time.Duration{0, time.Minute, 7 * time.Hour, 24 * time.Hour} {
			first, second := one.at(a, noon.Add(later)), two.at(b, noon.Add(later))
			if first.ETag != second.ETag || first.Key != second.Key {
				t.Errorf("layout %s after %s: %s here, %s there", id, later, first.ETag, second.ETag)
			}
			if first.Name == "Status" {
				t.Errorf("layout %s could not be drawn: %s", id, one.log)
			}
		}
	}
}

// TestAScreenDrawnTwiceHasOneTag: a server that forgot what it had drawn draws the same.
func TestAScreenDrawnTwiceHasOneTag(t *testing.T) {
	e := furnished(t)
	for _, id := range everyKind(e) {
		device := e.change(func(d *store.Device) { d.Preferences.Layout = id })
		first := e.at(device, noon)
		e.db.NoteDrawn("panel", store.Drawn{})
		if again := e.at(device, noon); again.ETag != first.ETag {
			t.Errorf("layout %s is drawn differently a second time", id)
		}
	}
}

// TestAScreenWithAClockChangesWithItsMinute looks at it every ten seconds.
func TestAScreenWithAClockChangesWithItsMinute(t *testing.T) {
	e := furnished(t)
	e.layout("clock", render.Widget{Kind: "clock"})
	device := e.change(func(d *store.Device) { d.Preferences.Layout = "clock" })
	last := e.at(device, noon)
	for step := 1; step < 60; step++ {
		now := noon.Add(time.Duration(step) * 10 * time.Second)
		shown := e.at(device, now)
		if changed := shown.ETag != last.ETag; changed != (now.Second() == 0) {
			t.Errorf("%s: changed %v", now.Format("15:04:05"), changed)
		}
		last = shown
	}
}
