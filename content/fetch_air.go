package content

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"
)

func plants() []string {
	return []string{"alder", "birch", "grass", "mugwort", "olive", "ragweed"}
}

func fetchAir(ctx context.Context, f *Fetcher, source Source, _ Feed, now time.Time) (Feed, answer, error) {
	wanted := "european_aqi,pm2_5,pm10,ozone,nitrogen_dioxide," + strings.Join(plants(), "_pollen,") + "_pollen"
	got, err := f.askPlace(ctx, source, airAddress, url.Values{"current": {wanted}}, now)
	if err != nil {
		return Feed{}, got, err
	}
	air, err := readAir(got.body, source.Place)
	if err != nil {
		return Feed{}, got, err
	}
	return Feed{Air: air, Title: air.Place}, got, nil
}

func readAir(body []byte, place Place) (*Air, error) {
	var told forecast
	if err := json.Unmarshal(body, &told); err != nil {
		return nil, failure(ErrFormat, "The answer is no air quality of Open-Meteo: it begins with “%s”.", beginning(string(body)))
	}
	current := told.current()
	if current.time("time").IsZero() {
		return nil, failure(ErrNothingFound, "The answer has no air quality in it.")
	}
	known := func(name string) *float64 {
		if value, ok := current[name]; ok {
			return &value
		}
		return nil
	}
	air := &Air{
		Place: place.Name, Time: current.time("time"), Index: known("european_aqi"), PM25: known("pm2_5"), PM10: known("pm10"),
		Ozone: known("ozone"), NitrogenDioxide: known("nitrogen_dioxide"),
	}
	for _, plant := range plants() {
		if grains := known(plant + "_pollen"); grains != nil {
			air.Pollen = append(air.Pollen, Pollen{Plant: plant, Grains: *grains})
		}
	}
	return air, nil
}
