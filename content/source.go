package content

import (
	"encoding/json"
	"time"
)

// Kinds of sources. Each is fetched by its own file in this package.
const (
	KindJSON     = "json"     // an address that answers JSON; Paths say where the items are
	KindFeed     = "feed"     // RSS or Atom
	KindCalendar = "calendar" // iCalendar, by address or uploaded
	KindWeather  = "weather"  // Open-Meteo forecast for a Place
	KindAir      = "air"      // Open-Meteo air quality and pollen for a Place
	KindText     = "text"     // a text its owner typed
	KindPush     = "push"     // what scripts send to POST /api/v1/content/{source}
	KindPicture  = "picture"  // a picture at an address, such as a comic of the day
)

// Source is where content comes from: what to ask, how often, and how its answer is read.
type Source struct {
	ID       string `json:"id"`                 // a–z 0–9 - _, 1 to 40 letters; also its subcategory's name
	Name     string `json:"name"`               // for people
	Kind     string `json:"kind"`               // one of the kinds above
	Category string `json:"category,omitempty"` // "jokes", "riddles", "news", "quotes", …: its items are a subcategory there; "" = for widgets only

	URL     string   `json:"url,omitempty"`     // http or https; {secret} stands for Secret, {date…} as Expand says
	Headers []Header `json:"headers,omitempty"` // sent with the request; {secret} stands for Secret
	Secret  string   `json:"-"`                 // an API key; kept encrypted by the store, never shown again
	Paths   Paths    `json:"paths,omitzero"`    // JSON: where the items and their parts are
	Place   Place    `json:"place,omitzero"`    // weather and air
	Text    string   `json:"text,omitempty"`    // text: what to show, one item a paragraph
	Upload  string   `json:"upload,omitempty"`  // calendar: SHA-256 of an uploaded file, instead of URL

	IntervalSeconds int   `json:"interval_seconds"` // between fetches, at least 60; 0 = its kind's usual
	TimeoutSeconds  int   `json:"timeout_seconds"`  // for one fetch, 1 to 60; 0 = 15
	MaxBytes        int64 `json:"max_bytes"`        // of an answer; 0 = 2 MiB, at most 16 MiB
	MaxItems        int   `json:"max_items"`        // kept of an answer; 0 = 50, at most 500
	OnMyNetwork     bool  `json:"on_my_network"`    // private and loopback addresses are allowed
	Paused          bool  `json:"paused,omitempty"` // not fetched; its last good value stays

	Credit string `json:"credit,omitempty"` // a line its terms ask to be shown, such as "Weather by Open-Meteo.com"
}

// Header is one field of a request.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Paths are JSONPath expressions (RFC 9535). Items selects the items; the others are read within each
// item, and one that is empty is not read. With Items empty the whole answer is one item.
type Paths struct {
	Items    string `json:"items,omitempty"`
	Title    string `json:"title,omitempty"`
	Text     string `json:"text,omitempty"`
	Question string `json:"question,omitempty"`
	Answer   string `json:"answer,omitempty"`
	Author   string `json:"author,omitempty"`
	Date     string `json:"date,omitempty"`
	URL      string `json:"url,omitempty"`
	Image    string `json:"image,omitempty"` // address of a picture
}

// Place is a point on the earth.
type Place struct {
	Name      string  `json:"name"`
	Latitude  float64 `json:"latitude"`  // degrees, north positive
	Longitude float64 `json:"longitude"` // degrees, east positive
	TimeZone  string  `json:"timezone"`  // IANA name; "" = the place's own
}

// Feed is what a source gave at one time. Which fields are filled depends on its kind.
type Feed struct {
	At       time.Time       `json:"at"`                 // when it was fetched
	Title    string          `json:"title,omitempty"`    // what it calls itself
	Items    []Item          `json:"items,omitempty"`    // json, feed, text, push
	Events   []Event         `json:"events,omitempty"`   // calendar: each occurrence by itself, in order of Start
	Weather  *Weather        `json:"weather,omitempty"`  // weather
	Air      *Air            `json:"air,omitempty"`      // air
	Document json.RawMessage `json:"document,omitempty"` // json, push: the whole answer, for widgets that look into it
	Picture  []byte          `json:"-"`                  // picture: the file as fetched, not decoded yet
	ImageID  string          `json:"image_id,omitempty"` // picture: SHA-256 of the stored picture, set by whoever stores it
	Until    *time.Time      `json:"until,omitempty"`    // when its answer said to ask again (Cache-Control, Retry-After); nil = not said
	ETag     string          `json:"etag,omitempty"`     // of the answer, to ask whether it changed
	Modified string          `json:"modified,omitempty"` // its Last-Modified, likewise
}

// Event is one occurrence of an entry in a calendar.
type Event struct {
	Title    string    `json:"title"`
	Location string    `json:"location,omitempty"`
	Start    time.Time `json:"start"`
	End      time.Time `json:"end"`               // not before Start; of all-day events the midnight after the last day
	AllDay   bool      `json:"all_day,omitempty"` // Start and End are midnights UTC and mean dates, in whatever zone they are shown
}

// Weather is a forecast. Temperatures are °C, wind km/h, rain mm, probabilities and humidity percent.
type Weather struct {
	Place     string        `json:"place"`
	TimeZone  string        `json:"timezone"` // IANA name of the place
	Latitude  float64       `json:"latitude"`
	Longitude float64       `json:"longitude"`
	Now       WeatherNow    `json:"now"`
	Hours     []WeatherHour `json:"hours,omitempty"` // from the current hour on, at most 48
	Days      []WeatherDay  `json:"days,omitempty"`  // from today on, at most 7
}

// WeatherNow is the weather at the time of the fetch. Code is a WMO weather code (0 clear … 99 thunderstorm with hail).
type WeatherNow struct {
	Time          time.Time `json:"time"`
	Temperature   float64   `json:"temperature"`
	Feels         float64   `json:"feels"`
	Humidity      float64   `json:"humidity"`
	Wind          float64   `json:"wind"`
	WindDirection float64   `json:"wind_direction"` // degrees it comes from, 0 = north
	Pressure      float64   `json:"pressure"`       // hPa
	Code          int       `json:"code"`
	Day           bool      `json:"day"` // the sun is up
}

// WeatherHour is one hour of a forecast.
type WeatherHour struct {
	Time          time.Time `json:"time"`
	Temperature   float64   `json:"temperature"`
	Rain          float64   `json:"rain"` // all precipitation
	Probability   float64   `json:"probability"`
	Wind          float64   `json:"wind"`
	WindDirection float64   `json:"wind_direction"`
	Code          int       `json:"code"`
	Day           bool      `json:"day"`
}

// WeatherDay is one day of a forecast; Date is midnight UTC and means a date.
type WeatherDay struct {
	Date        time.Time `json:"date"`
	Low         float64   `json:"low"`
	High        float64   `json:"high"`
	Rain        float64   `json:"rain"`
	Probability float64   `json:"probability"`
	Wind        float64   `json:"wind"` // strongest
	Code        int       `json:"code"`
	Sunrise     time.Time `json:"sunrise"`
	Sunset      time.Time `json:"sunset"`
	UV          float64   `json:"uv"` // highest index
}

// Air is the quality of the air at a place. Particles and gases are µg/m³, pollen grains/m³; what the
// service does not know for the place is nil.
type Air struct {
	Place           string    `json:"place"`
	Time            time.Time `json:"time"`
	Index           *float64  `json:"index"` // European air quality index: 0–20 good … over 100 extremely poor
	PM25            *float64  `json:"pm2_5"`
	PM10            *float64  `json:"pm10"`
	Ozone           *float64  `json:"ozone"`
	NitrogenDioxide *float64  `json:"nitrogen_dioxide"`
	Pollen          []Pollen  `json:"pollen,omitempty"`
}

// Pollen is how many grains of a plant are in the air.
type Pollen struct {
	Plant  string  `json:"plant"` // alder, birch, grass, mugwort, olive, ragweed
	Grains float64 `json:"grains"`
}
