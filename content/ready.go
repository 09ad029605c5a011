package content

import (
	"slices"
	"strings"
)

// ReadySource is a well-known source that needs no key: adding it is one click, or one question.
type ReadySource struct {
	Source   Source   `json:"source"`
	Note     string   `json:"note"` // what it gives and what its terms ask
	Homepage string   `json:"homepage"`
	Asks     []string `json:"asks,omitempty"` // what its owner has to say first: "place", "country"
}

// Fill puts answers into the address of a ready-made source, such as "country": "DE" for {country}. A place is
// not filled in: it is the source's Place.
func (r ReadySource) Fill(answers map[string]string) Source {
	source := r.Source
	for name, answer := range answers {
		source.URL = strings.ReplaceAll(source.URL, "{"+name+"}", strings.TrimSpace(answer))
	}
	return source
}

const (
	hour = 3600
	day  = 24 * hour
)

// Ready returns the ready-made sources. Their intervals stay far below what their services allow.
func Ready() []ReadySource {
	return slices.Concat(readyPlaces(), readyTexts(), readyNews())
}

func readyPlaces() []ReadySource {
	return []ReadySource{
		{
			Source:   Source{ID: "weather", Name: "Weather", Kind: KindWeather, IntervalSeconds: hour / 2, Credit: "Weather data by Open-Meteo.com"},
			Note:     "Current weather, hours and days for a place. Free for private use, 10,000 requests a day.",
			Homepage: "https://open-meteo.com/", Asks: []string{"place"},
		},
		{
			Source:   Source{ID: "air", Name: "Air quality and pollen", Kind: KindAir, IntervalSeconds: hour, Credit: "Air quality by CAMS, Open-Meteo.com"},
			Note:     "Air quality for a place; pollen in Europe during the season.",
			Homepage: "https://open-meteo.com/en/docs/air-quality-api", Asks: []string{"place"},
		},
		{
			Source: Source{
				ID: "holidays", Name: "Public holidays", Kind: KindJSON, URL: "https://date.nager.at/api/v3/NextPublicHolidays/{country}",
				Paths: Paths{Items: "$[*]", Title: "$.localName", Text: "$.name", Date: "$.date"}, IntervalSeconds: day, Credit: "Nager.Date",
			},
			Note:     "The public holidays of the next twelve months. Asks for a country of two letters, such as DE.",
			Homepage: "https://date.nager.at/", Asks: []string{"country"},
		},
		{
			Source: Source{
				ID: "on-this-day", Name: "On this day", Kind: KindJSON, URL: "https://en.wikipedia.org/api/rest_v1/feed/onthisday/selected/{month}/{day}",
				Paths:           Paths{Items: "$.selected[*]", Text: "$.text", Date: "$.year", URL: "$.pages[0].content_urls.desktop.page", Image: "$.pages[0].thumbnail.source"},
				IntervalSeconds: 3 * hour, MaxBytes: 4 << 20, Credit: "Wikipedia, CC BY-SA 4.0",
			},
			Note:     "What happened on this day in other years, chosen by Wikipedia's editors. The date of an item is the year it happened in.",
			Homepage: "https://en.wikipedia.org/api/rest_v1/",
		},
	}
}

func readyTexts() []ReadySource {
	return []ReadySource{
		{
			Source: Source{
				ID: "dad-jokes", Name: "icanhazdadjoke", Kind: KindJSON, Category: "jokes", URL: "https://icanhazdadjoke.com/search?limit=30",
				Headers: []Header{{"Accept", "application/json"}}, Paths: Paths{Items: "$.results[*]", Text: "$.joke"}, IntervalSeconds: 6 * hour,
				Credit: "icanhazdadjoke.com",
			},
			Note:     "Thirty dad jokes. Asks for a User-Agent with a name, which is sent.",
			Homepage: "https://icanhazdadjoke.com/api",
		},
		{
			Source: Source{
				ID: "official-jokes", Name: "Official Joke API", Kind: KindJSON, Category: "jokes", URL: "https://official-joke-api.appspot.com/jokes/ten",
				Paths: Paths{Items: "$[*]", Question: "$.setup", Answer: "$.punchline"}, IntervalSeconds: 3 * hour,
			},
			Note:     "Ten jokes of question and answer. At most 100 requests in 15 minutes.",
			Homepage: "https://github.com/15Dkatz/official_joke_api",
		},
		{
			Source: Source{
				ID: "jokeapi", Name: "JokeAPI", Kind: KindJSON, Category: "jokes", URL: "https://v2.jokeapi.dev/joke/Any?safe-mode&type=single&amount=10",
				Paths: Paths{Items: "$.jokes[*]", Text: "$.joke"}, IntervalSeconds: 3 * hour, Credit: "jokeapi.dev",
			},
			Note:     "Ten jokes in safe mode. At most 120 requests a minute.",
			Homepage: "https://jokeapi.dev/",
		},
		{
			Source: Source{
				ID: "zenquotes", Name: "ZenQuotes", Kind: KindJSON, Category: "quotes", URL: "https://zenquotes.io/api/quotes",
				Paths: Paths{Items: "$[*]", Text: "$.q", Author: "$.a"}, IntervalSeconds: 6 * hour,
				Credit: "Inspirational quotes provided by ZenQuotes API",
			},
			Note:     "Fifty quotes. At most five requests in 30 seconds; its terms ask for the credit line.",
			Homepage: "https://zenquotes.io/",
		},
		{
			Source: Source{
				ID: "xkcd", Name: "xkcd", Kind: KindPicture, URL: "https://xkcd.com/info.0.json",
				Paths: Paths{Image: "$.img", Title: "$.safe_title", Text: "$.alt"}, IntervalSeconds: 6 * hour, Credit: "xkcd.com, CC BY-NC 2.5",
			},
			Note:     "The newest comic of Randall Munroe, three a week. Not for commercial use.",
			Homepage: "https://xkcd.com/json.html",
		},
	}
}

func readyNews() []ReadySource {
	feed := func(id, name, address, credit, note, home string) ReadySource {
		return ReadySource{
			Source: Source{ID: id, Name: name, Kind: KindFeed, Category: "news", URL: address, IntervalSeconds: hour / 2, Credit: credit},
			Note:   note, Homepage: home,
		}
	}
	bbc := "Headlines and summaries; for private use, named as the BBC's."
	return []ReadySource{
		feed("bbc-world", "BBC News: World", "https://feeds.bbci.co.uk/news/world/rss.xml", "BBC News", bbc, "https://www.bbc.co.uk/news/world"),
		feed("bbc-technology", "BBC News: Technology", "https://feeds.bbci.co.uk/news/technology/rss.xml", "BBC News", bbc, "https://www.bbc.co.uk/news/technology"),
		feed("bbc-science", "BBC News: Science", "https://feeds.bbci.co.uk/news/science_and_environment/rss.xml", "BBC News", bbc, "https://www.bbc.co.uk/news/science_and_environment"),
		feed("nasa", "NASA news", "https://www.nasa.gov/news-release/feed/", "NASA", "News releases of NASA, free to use.", "https://www.nasa.gov/rss-feeds/"),
		{
			Source: Source{
				ID: "hacker-news", Name: "Hacker News", Kind: KindJSON, Category: "news", URL: "https://hn.algolia.com/api/v1/search?tags=front_page&hitsPerPage=30",
				Paths: Paths{Items: "$.hits[*]", Title: "$.title", Date: "$.created_at", URL: "$.url"}, IntervalSeconds: hour / 2, Credit: "Hacker News",
			},
			Note:     "The front page, through Algolia's search: at most 10,000 requests an hour.",
			Homepage: "https://hn.algolia.com/api",
		},
	}
}
