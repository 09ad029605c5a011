package content

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// forecastAnswer is what Open-Meteo says of four hours and three days, the first of each past; the last day's
// UV index is not known. Days begin at Berlin's midnight.
func forecastAnswer(t *testing.T) string {
	t.Helper()
	at := testTime(t).Unix()
	midnight := time.Date(2026, 3, 24, 23, 0, 0, 0, time.UTC).Unix()
	return fmt.Sprintf(`{"latitude":52.52,"longitude":13.42,"generationtime_ms":0.2,"utc_offset_seconds":3600,"timezone":"Europe/Berlin","timezone_abbreviation":"CET","elevation":38.0,
"current_units":{"time":"unixtime","temperature_2m":"°C"},
"current":{"time":%d,"interval":900,"temperature_2m":8.4,"relative_humidity_2m":71,"apparent_temperature":5.9,"is_day":1,"weather_code":61,"pressure_msl":1012.3,"wind_speed_10m":14.8,"wind_direction_10m":240},
"hourly":{"time":[%d,%d,%d,%d],"temperature_2m":[7,8.4,9.1,9.3],"precipitation_probability":[10,80,60,null],"precipitation":[0,1.2,0.4,0],"weather_code":[3,61,61,3],"wind_speed_10m":[12,14.8,15,13],"wind_direction_10m":[230,240,250,250],"is_day":[1,1,1,1]},
"daily":{"time":[%d,%d,%d],"weather_code":[3,61,2],"temperature_2m_max":[9,10.5,12],"temperature_2m_min":[1,3.5,2],"sunrise":[%d,%d,%d],"sunset":[%d,%d,%d],"uv_index_max":[2.5,3.1,null],"precipitation_sum":[0,4.1,0],"precipitation_probability_max":[5,85,10],"wind_speed_10m_max":[18,22,15]}}`,
		at, at-7200, at, at+3600, at+7200, midnight-86400, midnight, midnight+86400,
		midnight-86400+21600, midnight+21600, midnight+86400+21600, midnight-86400+66000, midnight+66000, midnight+86400+66000)
}

func TestWeather(t *testing.T) {
	var asked string
	answer := forecastAnswer(t)
	address := serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.RawQuery
		_, _ = w.Write([]byte(answer))
	})
	place := Place{Name: "Berlin", Latitude: 52.52437, Longitude: 13.41053}
	now := testTime(t)
	feed, err := testFetcher(t).Fetch(t.Context(), Source{Kind: KindWeather, URL: address + "/v1/forecast?apikey={secret}", Secret: "k", Place: place, OnMyNetwork: true}, now)
	if err != nil {
		t.Fatal(err)
	}
	date := time.Date(2026, 3, 25, 0, 0, 0, 0, time.UTC)
	sun := date.Add(-time.Hour)
	want := &Weather{
		Place: "Berlin", TimeZone: "Europe/Berlin", Latitude: 52.52, Longitude: 13.42,
		Now: WeatherNow{Time: now.UTC(), Temperature: 8.4, Feels: 5.9, Humidity: 71, Wind: 14.8, WindDirection: 240, Pressure: 1012.3, Code: 61, Day: true},
		Hours: []WeatherHour{
			{Time: now.UTC(), Temperature: 8.4, Rain: 1.2, Probability: 80, Wind: 14.8, WindDirection: 240, Code: 61, Day: true},
			{Time: now.UTC().Add(time.Hour), Temperature: 9.1, Rain: 0.4, Probability: 60, Wind: 15, WindDirection: 250, Code: 61, Day: true},
			{Time: now.UTC().Add(2 * time.Hour), Temperature: 9.3, Wind: 13, WindDirection: 250, Code: 3, Day: true},
		},
		Days: []WeatherDay{
			{Date: date, Low: 3.5, High: 10.5, Rain: 4.1, Probability: 85, Wind: 22, Code: 61, Sunrise: sun.Add(6 * time.Hour), Sunset: sun.Add(66000 * time.Second), UV: 3.1},
			{Date: date.AddDate(0, 0, 1), Low: 2, High: 12, Probability: 10, Wind: 15, Code: 2, Sunrise: sun.Add(30 * time.Hour), Sunset: sun.Add((86400 + 66000) * time.Second)},
		},
	}
	if diff := cmp.Diff(want, feed.Weather); diff != "" {
		t.Errorf("weather (-want +got):\n%s", diff)
	}
	for _, part := range []string{"apikey=k", "latitude=52.5244", "longitude=13.4105", "timezone=auto", "timeformat=unixtime", "forecast_days=7"} {
		if !strings.Contains(asked, part) {
			t.Errorf("asked %s, without %s", asked, part)
		}
	}
}

func TestWeatherFailures(t *testing.T) {
	tests := []struct {
		name, body string
		reason     error
	}{
		{"no JSON", "<html>", ErrFormat},
		{"another JSON", `{"ok":true}`, ErrNothingFound},
		{"list", `[]`, ErrFormat},
		{"text for numbers", `{"hourly":{"time":["x"]}}`, ErrFormat},
		{"times out of any calendar", `{"current":{"time":1e300},"hourly":{"time":[]}}`, ErrNothingFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := readWeather([]byte(tt.body), Place{}, testTime(t)); !errors.Is(err, tt.reason) {
				t.Errorf("error %v, want %v", err, tt.reason)
			}
			if _, err := readAir([]byte(tt.body), Place{}); err == nil {
				t.Error("air: no error")
			}
		})
	}
}

func TestAir(t *testing.T) {
	body := fmt.Sprintf(`{"latitude":52.5,"longitude":13.4,"utc_offset_seconds":3600,"timezone":"Europe/Berlin","current_units":{"pm10":"μg/m³"},
"current":{"time":%d,"interval":3600,"european_aqi":34,"pm2_5":9.5,"pm10":0,"ozone":61,"nitrogen_dioxide":null,"alder_pollen":12.5,"birch_pollen":0,"grass_pollen":null}}`, testTime(t).Unix())
	source := Source{Kind: KindAir, URL: serve(t, "application/json", body), Place: Place{Name: "Berlin", Latitude: 52.5, Longitude: 13.4}, OnMyNetwork: true}
	feed, err := testFetcher(t).Fetch(t.Context(), source, testTime(t))
	if err != nil {
		t.Fatal(err)
	}
	number := func(n float64) *float64 { return &n }
	want := &Air{
		Place: "Berlin", Time: testTime(t).UTC(), Index: number(34), PM25: number(9.5), PM10: number(0), Ozone: number(61),
		Pollen: []Pollen{{"alder", 12.5}, {"birch", 0}},
	}
	if diff := cmp.Diff(want, feed.Air); diff != "" {
		t.Errorf("air (-want +got):\n%s", diff)
	}
}

func TestGeocode(t *testing.T) {
	var asked string
	f := testFetcher(t)
	f.geocoding = serveFunc(t, func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.RawQuery
		_, _ = w.Write([]byte(`{"results":[{"id":1,"name":"Bern","latitude":46.95,"longitude":7.45,"elevation":549.0,"feature_code":"PPLC","country_code":"CH","timezone":"Europe/Zurich","country":"Schweiz","admin1":"Bern"},
			{"id":2,"name":"Bern","latitude":40.1,"longitude":-93.2,"timezone":"America/Chicago","country":"USA","admin1":"Iowa"}],"generationtime_ms":0.5}`))
	})
	if _, err := f.Geocode(t.Context(), "Bern", "de"); !errors.Is(err, ErrOwnNetwork) {
		t.Errorf("a place search on the own network: %v", err)
	}
	f.outside = f.inside
	got, err := f.Geocode(t.Context(), "Bern & co", "de")
	if err != nil {
		t.Fatal(err)
	}
	want := []Place{{"Bern, Schweiz", 46.95, 7.45, "Europe/Zurich"}, {"Bern, Iowa, USA", 40.1, -93.2, "America/Chicago"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("places (-want +got):\n%s", diff)
	}
	if want := "count=10&format=json&language=de&name=Bern+%26+co"; asked != want {
		t.Errorf("asked %s, want %s", asked, want)
	}
	if places, err := readPlaces([]byte(`{"generationtime_ms":0.3}`)); err != nil || places != nil {
		t.Errorf("no place: %v, %v", places, err)
	}
}
