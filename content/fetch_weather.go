package content

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Where Open-Meteo answers.
const (
	forecastAddress  = "https://api.open-meteo.com/v1/forecast"
	airAddress       = "https://air-quality-api.open-meteo.com/v1/air-quality"
	geocodingAddress = "https://geocoding-api.open-meteo.com/v1/search"
)

// How much of a forecast is kept.
const (
	hoursKept = 48
	daysKept  = 7
)

func fetchWeather(ctx context.Context, f *Fetcher, source Source, _ Feed, now time.Time) (Feed, answer, error) {
	got, err := f.askPlace(ctx, source, forecastAddress, url.Values{
		"current":       {"temperature_2m,relative_humidity_2m,apparent_temperature,is_day,weather_code,pressure_msl,wind_speed_10m,wind_direction_10m"},
		"hourly":        {"temperature_2m,precipitation_probability,precipitation,weather_code,wind_speed_10m,wind_direction_10m,is_day"},
		"daily":         {"weather_code,temperature_2m_max,temperature_2m_min,sunrise,sunset,uv_index_max,precipitation_sum,precipitation_probability_max,wind_speed_10m_max"},
		"forecast_days": {strconv.Itoa(daysKept)},
	}, now)
	if err != nil {
		return Feed{}, got, err
	}
	weather, err := readWeather(got.body, source.Place, now)
	if err != nil {
		return Feed{}, got, err
	}
	return Feed{Weather: weather, Title: weather.Place}, got, nil
}

// askPlace asks Open-Meteo, or the source's own address that answers like it, about the source's place.
func (f *Fetcher) askPlace(ctx context.Context, source Source, usual string, values url.Values, now time.Time) (answer, error) {
	if source.URL == "" {
		source.URL = usual
	}
	if source.Place == (Place{}) {
		return answer{}, failure(ErrSettings, "The source has no place yet.")
	}
	address, err := source.address(now)
	if err != nil {
		return answer{}, err
	}
	header, err := source.header()
	if err != nil {
		return answer{}, err
	}
	query := address.Query()
	for name, value := range values {
		query[name] = value
	}
	query.Set("latitude", strconv.FormatFloat(source.Place.Latitude, 'f', 4, 64))
	query.Set("longitude", strconv.FormatFloat(source.Place.Longitude, 'f', 4, 64))
	query.Set("timeformat", "unixtime")
	query.Set("timezone", "auto")
	if source.Place.TimeZone != "" {
		query.Set("timezone", source.Place.TimeZone)
	}
	address.RawQuery = query.Encode()
	return f.ask(ctx, source, inquiry{address: address, accept: "application/json", header: header}, now)
}

// series are the numbers of an hour or a day, in columns; a service that does not know one sends null.
type series []*float64

func (s series) at(i int) float64 {
	if i >= len(s) || s[i] == nil {
		return 0
	}
	return *s[i]
}

func (s series) time(i int) time.Time {
	if i >= len(s) || s[i] == nil || *s[i] < -1e11 || *s[i] > 1e11 {
		return time.Time{}
	}
	return time.Unix(int64(*s[i]), 0).UTC()
}

// forecast is an answer of Open-Meteo with times as seconds since 1970.
type forecast struct {
	Latitude  float64           `json:"latitude"`
	Longitude float64           `json:"longitude"`
	Offset    int64             `json:"utc_offset_seconds"`
	TimeZone  string            `json:"timezone"`
	Current   map[string]any    `json:"current"`
	Hourly    map[string]series `json:"hourly"`
	Daily     map[string]series `json:"daily"`
}

func readWeather(body []byte, place Place, now time.Time) (*Weather, error) {
	var told forecast
	if err := json.Unmarshal(body, &told); err != nil {
		return nil, failure(ErrFormat, "The answer is no forecast of Open-Meteo: it begins with “%s”.", beginning(string(body)))
	}
	current := told.current()
	if current.time("time").IsZero() && len(told.Hourly["time"]) == 0 && len(told.Daily["time"]) == 0 {
		return nil, failure(ErrNothingFound, "The answer has no forecast in it.")
	}
	weather := &Weather{
		Place: place.Name, TimeZone: told.zone(place), Latitude: told.Latitude, Longitude: told.Longitude,
		Now: WeatherNow{
			Time: current.time("time"), Temperature: current["temperature_2m"], Feels: current["apparent_temperature"],
			Humidity: current["relative_humidity_2m"], Wind: current["wind_speed_10m"], WindDirection: current["wind_direction_10m"],
			Pressure: current["pressure_msl"], Code: int(current["weather_code"]), Day: current["is_day"] == 1,
		},
	}
	weather.Hours = told.hours(now)
	weather.Days = told.days(now)
	return weather, nil
}

// zone is the IANA name of the place's time zone.
func (f forecast) zone(place Place) string {
	if _, err := time.LoadLocation(f.TimeZone); err == nil && f.TimeZone != "" && f.TimeZone != "GMT" {
		return f.TimeZone
	}
	if place.TimeZone != "" {
		return place.TimeZone
	}
	return "UTC"
}

// numbers are the values of "current"; times are numbers too.
type numbers map[string]float64

func (n numbers) time(name string) time.Time {
	value := n[name]
	return series{&value}.time(0)
}

func (f forecast) current() numbers {
	values := numbers{}
	for name, value := range f.Current {
		if number, ok := value.(float64); ok {
			values[name] = number
		}
	}
	if values["time"] == 0 {
		values["time"] = -1e12 // not told: no time
	}
	return values
}

func (f forecast) hours(now time.Time) []WeatherHour {
	var hours []WeatherHour
	for i := range f.Hourly["time"] {
		at := f.Hourly["time"].time(i)
		if at.IsZero() || !at.Add(time.Hour).After(now) || len(hours) == hoursKept {
			continue
		}
		hours = append(hours, WeatherHour{
			Time: at, Temperature: f.Hourly["temperature_2m"].at(i), Rain: f.Hourly["precipitation"].at(i),
			Probability: f.Hourly["precipitation_probability"].at(i), Wind: f.Hourly["wind_speed_10m"].at(i),
			WindDirection: f.Hourly["wind_direction_10m"].at(i), Code: int(f.Hourly["weather_code"].at(i)), Day: f.Hourly["is_day"].at(i) == 1,
		})
	}
	return hours
}

func (f forecast) days(now time.Time) []WeatherDay {
	offset := time.Duration(f.Offset) * time.Second
	today := now.UTC().Add(offset).Truncate(24 * time.Hour)
	var days []WeatherDay
	for i := range f.Daily["time"] {
		at := f.Daily["time"].time(i)
		// A day begins at the place's midnight; two hours more keep it the same day when clocks change this week.
		date := at.Add(offset + 2*time.Hour).Truncate(24 * time.Hour)
		if at.IsZero() || date.Before(today) || len(days) == daysKept {
			continue
		}
		days = append(days, WeatherDay{
			Date: date, Low: f.Daily["temperature_2m_min"].at(i), High: f.Daily["temperature_2m_max"].at(i),
			Rain: f.Daily["precipitation_sum"].at(i), Probability: f.Daily["precipitation_probability_max"].at(i),
			Wind: f.Daily["wind_speed_10m_max"].at(i), Code: int(f.Daily["weather_code"].at(i)),
			Sunrise: f.Daily["sunrise"].time(i), Sunset: f.Daily["sunset"].time(i), UV: f.Daily["uv_index_max"].at(i),
		})
	}
	return days
}

// Geocode finds places by name, the likeliest first, at most ten; none is no failure. The language, such as
// "de", is that of the names.
func (f *Fetcher) Geocode(ctx context.Context, name, language string) ([]Place, error) {
	address, err := url.Parse(f.geocoding)
	if err != nil {
		return nil, failure(ErrAddress, "The address of the place search is not one of the web.")
	}
	address.RawQuery = url.Values{"name": {name}, "count": {"10"}, "language": {language}, "format": {"json"}}.Encode()
	source := Source{ID: "geocoding"}
	ctx, cancel := context.WithTimeout(ctx, source.timeout())
	defer cancel()
	got, err := f.ask(ctx, source, inquiry{address: address, accept: "application/json"}, f.clock())
	if err != nil {
		return nil, err
	}
	return readPlaces(got.body)
}

func readPlaces(body []byte) ([]Place, error) {
	var told struct {
		Results []struct {
			Name      string  `json:"name"`
			Latitude  float64 `json:"latitude"`
			Longitude float64 `json:"longitude"`
			TimeZone  string  `json:"timezone"`
			Region    string  `json:"admin1"`
			Country   string  `json:"country"`
		} `json:"results"`
	}
	if err := json.Unmarshal(body, &told); err != nil {
		return nil, failure(ErrFormat, "The place search gave an answer that cannot be read.")
	}
	var places []Place
	for _, r := range told.Results {
		names := []string{clean(r.Name, 80)}
		for _, more := range []string{clean(r.Region, 80), clean(r.Country, 80)} {
			if more != "" && more != names[len(names)-1] {
				names = append(names, more)
			}
		}
		places = append(places, Place{Name: strings.Join(names, ", "), Latitude: r.Latitude, Longitude: r.Longitude, TimeZone: r.TimeZone})
	}
	return places, nil
}
