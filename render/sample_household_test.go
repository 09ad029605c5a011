package render_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"
	"time"

	"personalcms/content"
	"personalcms/render"
)

// household fills in what sensors, services and the household's place give.
func household(in *render.Input, w render.Widget, needs render.Needs) {
	in.Place = content.Place{Name: "Freiburg", Latitude: 47.99, Longitude: 7.85}
	battery, voltage := 78.0, 3.94
	in.Device.Battery, in.Device.Voltage = &battery, &voltage
	in.Device.RSSI, in.Device.LastSeen, in.Device.Online, in.Device.Firmware = -61, in.Now.Add(-4*time.Minute), true, "2.4.1"
	for _, kind := range needs.Sources {
		if feed, ok := sampleFeed(kind, in.Now); ok {
			in.Sources = append(in.Sources, render.SourceData{ID: kind, Name: "Sample", Kind: kind, Feed: feed})
			break
		}
	}
	if needs.Sensor {
		in.Series = sampleSeries(in.Now, w)
	}
}

func sampleFeed(kind string, now time.Time) (content.Feed, bool) {
	feed := content.Feed{At: now.Add(-10 * time.Minute)}
	switch kind {
	case content.KindWeather:
		feed.Weather = sampleWeather(now)
	case content.KindAir:
		feed.Air = sampleAir(now)
	case content.KindJSON:
		feed.Document = json.RawMessage(sampleDocument)
	case content.KindPicture:
		feed.ImageID, feed.Title = "hills", "A walk in the hills"
	default:
		return content.Feed{}, false
	}
	return feed, true
}

const sampleDocument = `{"power": {"now": 2418.5, "yesterday": 2277}, "departures": [
	{"line": "4", "to": "Messe", "time": "14:38", "delay": 0}, {"line": "2", "to": "Hauptbahnhof", "time": "14:41", "delay": 3},
	{"line": "10", "to": "Munzinger Straße", "time": "14:45", "delay": 0}, {"line": "4", "to": "Zähringen", "time": "14:52", "delay": 12},
	{"line": "S1", "to": "Titisee", "time": "15:04", "delay": 0}]}`

func sampleWeather(now time.Time) *content.Weather {
	w := &content.Weather{Place: "Freiburg", TimeZone: "Europe/Berlin", Now: content.WeatherNow{
		Time: now.Add(-10 * time.Minute), Temperature: 7.2, Feels: 4.6, Humidity: 81, Wind: 14, WindDirection: 225, Code: 61, Day: true,
	}}
	start := now.UTC().Truncate(time.Hour)
	for i := range 48 {
		h := content.WeatherHour{Time: start.Add(time.Duration(i) * time.Hour), Temperature: 5 + 4*math.Cos(float64(i)/24*2*math.Pi), Code: 3, Wind: 12, Day: i < 2}
		if i < 5 {
			h.Rain, h.Code = []float64{0.8, 1.6, 2.4, 1.1, 0.3}[i], 61
		}
		w.Hours = append(w.Hours, h)
	}
	for i, code := range []int{61, 80, 0, 45, 73, 3, 95} {
		date := time.Date(2026, 11, 23+i, 0, 0, 0, 0, time.UTC)
		w.Days = append(w.Days, content.WeatherDay{
			Date: date, Code: code, High: []float64{9, 9, 8, 5, 1, 3, 12}[i], Low: []float64{3, 3, 0, 1, -4, -2, 5}[i],
			Probability: []float64{80, 60, 0, 10, 70, 20, 90}[i], Sunrise: date.Add(6*time.Hour + 47*time.Minute), Sunset: date.Add(15*time.Hour + 31*time.Minute),
		})
	}
	return w
}

func sampleAir(now time.Time) *content.Air {
	n := func(v float64) *float64 { return &v }
	return &content.Air{Place: "Freiburg", Time: now, Index: n(34), PM25: n(9.4), PM10: n(17), Ozone: n(61), NitrogenDioxide: n(22), Pollen: []content.Pollen{
		{Plant: "alder", Grains: 0}, {Plant: "birch", Grains: 63}, {Plant: "grass", Grains: 8}, {Plant: "mugwort", Grains: 0}, {Plant: "olive", Grains: 0}, {Plant: "ragweed", Grains: 1.5},
	}}
}

// sampleSeries are readings every ten minutes; which sensors depends on the widget.
func sampleSeries(now time.Time, w render.Widget) []render.Series {
	length := map[string]time.Duration{"7d": 7 * 24 * time.Hour, "30d": 30 * 24 * time.Hour}[w.Options["span"]]
	if length == 0 {
		length = 24 * time.Hour
	}
	series := []render.Series{wave(now, length, "temperature", "°C", 18.6, 4.2)}
	switch {
	case w.Kind == "climate":
		series = append(series, wave(now, length, "humidity", "%", 44, 6))
	case w.Options["sensor2"] != "":
		series = append(series, wave(now, length, w.Options["sensor2"], "%", 52, 9))
	}
	if w.Options["sensor3"] != "" {
		series = append(series, wave(now, length, w.Options["sensor3"], "hPa", 1013, 8))
	}
	return series
}

// wave is a value that is highest in the afternoon, with the small unrest of a real sensor.
func wave(now time.Time, length time.Duration, sensor, unit string, middle, swing float64) render.Series {
	s := render.Series{Sensor: sensor, Label: "Living room", Unit: unit, From: now.Add(-length), To: now}
	for at, i := s.From, 0; !at.After(now); at, i = at.Add(10*time.Minute), i+1 {
		hours := float64(at.Unix()+3600) / 3600
		shift := map[string]float64{"humidity": 20, "pressure": 2}[sensor] + 9
		value := middle + swing*math.Sin((hours-shift)/24*2*math.Pi) + swing*0.3*math.Sin(hours/61) + swing*0.01*float64((i*i*31+i*17)%13-6)
		s.Points = append(s.Points, render.Point{At: at, Value: math.Round(value*10) / 10})
	}
	last := s.Points[len(s.Points)-1]
	s.Latest = &render.Value{Value: last.Value, At: last.At}
	return s
}

// stale makes every source and reading old.
func stale(in *render.Input) {
	for i := range in.Sources {
		in.Sources[i].Stale, in.Sources[i].Feed.At, in.Sources[i].Error = true, in.Now.Add(-5*time.Hour), "The server did not answer."
	}
	for i, s := range in.Series {
		cut := slices.IndexFunc(s.Points, func(p render.Point) bool { return p.At.After(in.Now.Add(-3 * time.Hour)) })
		in.Series[i].Points = s.Points[:cut]
		in.Series[i].Latest = &render.Value{Value: s.Points[cut-1].Value, At: s.Points[cut-1].At}
	}
}

// failing is a source that never gave anything.
func failing(in *render.Input) {
	for i := range in.Sources {
		in.Sources[i].Feed, in.Sources[i].Stale, in.Sources[i].Error = content.Feed{}, true, "The server did not answer."
	}
}

// sourceless is a widget whose owner has not chosen a source.
func sourceless(in *render.Input) { in.Sources, in.Series = nil, nil }

// TestWidgetsStayInTheirBox draws kinds of widgets in boxes of all shapes and looks for ink beside them.
func TestWidgetsStayInTheirBox(t *testing.T) {
	r := newRenderer(t)
	for _, w := range boxed() {
		for _, change := range []func(*render.Input){nil, stale, sourceless} {
			in := sample(w)
			if change != nil {
				change(&in)
			}
			for _, width := range []int{60, 90, 190, 260, 800} {
				for _, height := range []int{30, 60, 85, 110, 150, 300} {
					for _, scale := range []float64{0.55, 1, 2} {
						if n, err := r.InkBeside(w, in, width, height, scale); n > 0 || err != nil {
							t.Errorf("%s %v in %d×%d at scale %v: %d pixels beside its box, %v", w.Kind, w.Options, width, height, scale, n, err)
						}
					}
				}
			}
		}
	}
}
