// Package content holds what the panels show besides pictures: the jokes, riddles, quotes and headlines that come
// inside the program, and what sources on the network, in files and from scripts give. Only Fetcher speaks to the
// network; everything else is pure.
package content

import "time"

// Almanac is the source to name beside a preset headline: a timeless fact, not news of the day.
const Almanac = "From the almanac"

// Item is one joke (Text), quote (Text, Author), riddle (Question, Answer) or headline (Title, Summary and, from a feed, URL and
// Published). Fields that do not apply are empty and left out of JSON.
type Item struct {
	Text      string    `json:"text,omitempty"`
	Author    string    `json:"author,omitempty"` // who said a quote
	Question  string    `json:"question,omitempty"`
	Answer    string    `json:"answer,omitempty"`
	Title     string    `json:"title,omitempty"`
	Summary   string    `json:"summary,omitempty"`
	URL       string    `json:"url,omitempty"`
	Published time.Time `json:"published,omitzero"` // noon UTC when only a date is known
	Image     string    `json:"image,omitempty"`    // address of a picture that belongs to it
}

// Subcategory is a list of items of one sort, such as "dad_jokes".
type Subcategory struct {
	Name   string    `json:"name"`
	Title  string    `json:"title"`
	Items  []Item    `json:"items,omitempty"`
	Source bool      `json:"source,omitempty"` // its items come from the source of that ID
	At     time.Time `json:"at,omitzero"`      // when the source was fetched
}

// Category groups subcategories, such as "jokes".
type Category struct {
	Name          string        `json:"name"`
	Title         string        `json:"title"`
	Subcategories []Subcategory `json:"subcategories,omitempty"`
}
