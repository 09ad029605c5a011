// Package content holds the jokes, riddles and headlines the panels show. So far these are the presets
// that come inside the program; nothing here reads a disk, a network or a clock.
package content

import "time"

// Almanac is the source to name beside a preset headline: a timeless fact, not news of the day.
const Almanac = "From the almanac"

// Item is one joke (Text), riddle (Question, Answer) or headline (Title, Summary and, from a feed, URL and
// Published). Fields that do not apply are empty and left out of JSON.
type Item struct {
	Text      string    `json:"text,omitempty"`
	Question  string    `json:"question,omitempty"`
	Answer    string    `json:"answer,omitempty"`
	Title     string    `json:"title,omitempty"`
	Summary   string    `json:"summary,omitempty"`
	URL       string    `json:"url,omitempty"`
	Published time.Time `json:"published,omitzero"`
	Image     string    `json:"image,omitempty"` // address of a picture that belongs to it
}

// Subcategory is a list of items of one sort, such as "dad_jokes".
type Subcategory struct {
	Name  string `json:"name"`
	Title string `json:"title"`
	Items []Item `json:"items,omitempty"`
}

// Category groups subcategories, such as "jokes".
type Category struct {
	Name          string        `json:"name"`
	Title         string        `json:"title"`
	Subcategories []Subcategory `json:"subcategories,omitempty"`
}
