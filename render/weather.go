package render

import (
	"fmt"
	"time"

	"personalcms/content"
)

// skyWord says in one of the screens' words what a WMO weather code means: several codes share a word.
func skyWord(code int) string {
	switch {
	case code <= 1:
		return "clear"
	case code == 2:
		return "partly cloudy"
	case code == 3:
		return "cloudy"
	case code <= 48:
		return "fog"
	case code <= 55:
		return "drizzle"
	case code == 56, code == 57, code == 66, code == 67:
		return "freezing rain"
	case code <= 65:
		return "rain"
	case code <= 77, code == 85, code == 86:
		return "snow"
	case code <= 82:
		return "showers"
	case code == 96, code == 99:
		return "hail"
	}
	return "thunderstorms"
}

// wet tells whether something falls from the sky.
func wet(code int) bool { return code > 48 }

// skyIcon is the icon of a WMO weather code.
func skyIcon(code int, day bool) string {
	switch skyWord(code) {
	case "clear":
		if day {
			return "weather-sunny"
		}
		return "weather-night"
	case "partly cloudy":
		if day {
			return "weather-partly-cloudy"
		}
		return "weather-night-partly-cloudy"
	case "cloudy":
		return "weather-cloudy"
	case "fog":
		return "weather-fog"
	case "freezing rain":
		return "weather-snowy-rainy"
	case "snow":
		if code == 75 || code == 86 {
			return "weather-snowy-heavy"
		}
		return "weather-snowy"
	case "showers":
		if code == 80 && day {
			return "weather-partly-rainy"
		}
		return "weather-pouring"
	case "hail":
		return "weather-hail"
	case "thunderstorms":
		return "weather-lightning-rainy"
	}
	if code == 65 {
		return "weather-pouring"
	}
	return "weather-rainy"
}

// weatherNow is the weather as fetched or, when that is long ago, as it was forecast for this hour.
func weatherNow(w *content.Weather, now time.Time) content.WeatherNow {
	if now.Sub(w.Now.Time) < 90*time.Minute {
		return w.Now
	}
	for _, hour := range w.Hours {
		if !hour.Time.After(now) && now.Before(hour.Time.Add(time.Hour)) {
			return content.WeatherNow{
				Time: hour.Time, Temperature: hour.Temperature, Feels: hour.Temperature, Humidity: w.Now.Humidity,
				Wind: hour.Wind, WindDirection: hour.WindDirection, Code: hour.Code, Day: hour.Day,
			}
		}
	}
	return w.Now
}

// comes says what the sky does in the next hours: "Rain until 12:00, then cloudy".
func (in Input) comes(hours []content.WeatherHour, code int) string {
	sky := in.Locale.Word(skyWord(code))
	limit := in.Now.Add(18 * time.Hour)
	last := time.Time{}
	for _, hour := range hours {
		if !hour.Time.After(in.Now) {
			continue
		}
		if hour.Time.After(limit) {
			break
		}
		last = hour.Time
		if wet(hour.Code) == wet(code) {
			continue
		}
		at, next := in.Locale.Time(hour.Time.In(in.Now.Location())), in.Locale.Word(skyWord(hour.Code))
		if wet(code) {
			return in.Locale.Capital(fmt.Sprintf(in.Locale.Word("%s until %s, then %s"), sky, at, next))
		}
		return in.Locale.Capital(fmt.Sprintf(in.Locale.Word("%s, %s from %s"), sky, next, at))
	}
	if !wet(code) && last.Sub(in.Now) > 8*time.Hour {
		return in.Locale.Capital(fmt.Sprintf(in.Locale.Word("%s, stays dry"), sky))
	}
	return in.Locale.Capital(sky)
}

// sunTurn is the next sunrise or sunset of a forecast in words, "" where it tells none.
func (in Input) sunTurn(days []content.WeatherDay) string {
	for _, day := range days {
		for _, turn := range []struct {
			key string
			at  time.Time
		}{{"sunrise", day.Sunrise}, {"sunset", day.Sunset}} {
			if turn.at.After(in.Now) {
				return in.Locale.Word(turn.key) + " " + in.Locale.Time(turn.at.In(in.Now.Location()))
			}
		}
	}
	return ""
}

// degrees is a temperature given in °C, in the wanted unit and whole degrees: "−4°".
func (in Input) degrees(celsius float64) string {
	return in.Locale.Degrees(celsius, 0)
}

// percent is a share: "60 %".
func (in Input) percent(share float64) string { return in.Locale.Percent(share, 0) }
