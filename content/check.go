package content

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	longestName     = 80       // letters
	mostHeaders     = 20       // of one request
	longestOwnText  = 64 << 10 // bytes of a text source
	longestAddress  = 2000     // bytes
	longestInterval = 31 * 24 * time.Hour
)

var sourceID = regexp.MustCompile(`^[a-z0-9_-]{1,40}$`)

// Check says by the JSON names of its fields what is wrong with a source; nothing wrong is an empty map. hasSecret
// tells that one is kept for it, which Secret does not show.
func (s Source) Check(hasSecret bool, now time.Time) map[string]string {
	wrong := map[string]string{}
	if !sourceID.MatchString(s.ID) {
		wrong["id"] = "An id has 1 to 40 of the letters a–z, 0–9, - and _."
	}
	if strings.TrimSpace(s.Name) == "" || utf8.RuneCountInString(s.Name) > longestName {
		wrong["name"] = fmt.Sprintf("A name has 1 to %d characters.", longestName)
	}
	if !slices.Contains(Kinds(), s.Kind) {
		wrong["kind"] = "This kind of source is not known."
	}
	if s.Category != "" && !sourceID.MatchString(s.Category) {
		wrong["category"] = "A category’s name has 1 to 40 of the letters a–z, 0–9, - and _."
	}
	if utf8.RuneCountInString(s.Credit) > longestTitle {
		wrong["credit"] = fmt.Sprintf("A credit line has at most %d characters.", longestTitle)
	}
	if err := s.Paths.Check(); err != nil {
		wrong["paths"] = Sentence(err)
	}
	s.checkLimits(wrong)
	s.checkRequest(hasSecret, now, wrong)
	s.checkOwn(wrong)
	return wrong
}

func (s Source) checkLimits(wrong map[string]string) {
	longest := int(longestInterval / time.Second)
	if n := s.IntervalSeconds; n != 0 && (n < int(shortestInterval/time.Second) || n > longest) {
		wrong["interval_seconds"] = "Ask again after 60 seconds to 31 days; empty is its kind’s usual."
	}
	if n := s.TimeoutSeconds; n < 0 || n > int(longestFetch/time.Second) {
		wrong["timeout_seconds"] = "Wait 1 to 60 seconds; empty is 15."
	}
	if n := s.MaxBytes; n < 0 || n > mostBytes {
		wrong["max_bytes"] = "Take at most 16 MB; empty is 2 MB."
	}
	if n := s.MaxItems; n < 0 || n > mostItems {
		wrong["max_items"] = "Keep 1 to 500 items; empty is 50."
	}
}

// checkRequest looks at what would be sent.
func (s Source) checkRequest(hasSecret bool, now time.Time, wrong map[string]string) {
	if s.Secret == "-" {
		s.Secret, hasSecret = "", false
	}
	if len(s.Secret) > longestAddress || strings.ContainsFunc(s.Secret, isControl) {
		wrong["secret"] = "A key is one line of at most 2,000 letters."
	}
	if s.Secret == "" && hasSecret {
		s.Secret = "kept"
	}
	if _, err := s.header(); err != nil || len(s.Headers) > mostHeaders {
		wrong["headers"] = fmt.Sprintf("At most %d headers can be sent.", mostHeaders)
		if err != nil {
			wrong["headers"] = Sentence(err)
		}
	}
	asked := slices.Contains([]string{KindJSON, KindFeed, KindCalendar, KindPicture}, s.Kind)
	usual := s.Kind == KindWeather || s.Kind == KindAir || s.Kind == KindCalendar && s.Upload != ""
	if !asked && !usual || usual && s.URL == "" {
		return
	}
	if len(s.URL) > longestAddress {
		wrong["url"] = "The address is longer than 2,000 letters."
	} else if _, err := s.address(now); err != nil {
		wrong["url"] = Sentence(err)
	}
}

// checkOwn looks at what only some kinds have.
func (s Source) checkOwn(wrong map[string]string) {
	switch s.Kind {
	case KindWeather, KindAir:
		if !s.Place.ok() {
			wrong["place"] = "Say for which place: find it by its name, or give latitude and longitude."
		}
	case KindText:
		if text := strings.TrimSpace(s.Text); text == "" || len(text) > longestOwnText {
			wrong["text"] = "Write a text of at most 64 KB; empty lines stand between its items."
		}
	}
}

// ok tells whether a place can be one: the point 0, 0 is in the sea and stands for none.
func (p Place) ok() bool {
	if _, err := time.LoadLocation(p.TimeZone); err != nil || len(p.TimeZone) > longestName || len(p.Name) > longestTitle {
		return false
	}
	return p.Latitude >= -90 && p.Latitude <= 90 && p.Longitude >= -180 && p.Longitude <= 180 && (p.Latitude != 0 || p.Longitude != 0)
}

// Fits says in a sentence what an item lacks to be shown by the widgets of a category, "" when nothing.
func Fits(category string, item Item) string {
	switch {
	case (category == "jokes" || category == "quotes") && item.Text == "":
		return "There is no text."
	case category == "riddles" && (item.Question == "" || item.Answer == ""):
		return "A riddle needs a question and its answer."
	case category == "news" && item.Title == "":
		return "There is no title."
	}
	return ""
}
