package admin

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"personalcms/content/schedule"
	"personalcms/views"
)

// playlistInput is what was typed into the form of a playlist.
type playlistInput struct {
	schedule.Playlist
	minutes, priorities map[int]string    // by entry, where they are no numbers
	errors              map[string]string // by field
	open                map[int]bool      // entries whose limits are to be unfolded
}

// readPlaylist reads the form; what cannot be read is noted by field and kept as it was typed.
func readPlaylist(values url.Values) playlistInput {
	in := playlistInput{minutes: map[int]string{}, priorities: map[int]string{}, errors: map[string]string{}, open: map[int]bool{}}
	in.Name, in.Default = strings.TrimSpace(values.Get("name")), values.Get("default") == "true"
	for i := 0; i <= schedule.MaxEntries && values.Has(fmt.Sprintf("entries.%d.ref", i)); i++ {
		in.Entries = append(in.Entries, in.readEntry(values, i))
	}
	for i := 0; i <= schedule.MaxWindows && values.Has(fmt.Sprintf("sleep.%d", i)); i++ {
		field := fmt.Sprintf("sleep.%d", i)
		in.Sleep = append(in.Sleep, schedule.Sleep{Window: readWindow(values, field), Screen: values.Get(field + ".screen")})
	}
	return in
}

func (in *playlistInput) readEntry(values url.Values, i int) schedule.Entry {
	field := func(name string) string { return fmt.Sprintf("entries.%d.%s", i, name) }
	entry := schedule.Entry{From: values.Get(field("from")), Until: values.Get(field("until"))}
	entry.Kind, entry.Ref, _ = strings.Cut(values.Get(field("ref")), ":")
	if text := strings.TrimSpace(values.Get(field("seconds"))); text != "" {
		minutes, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
		if entry.Seconds = int(math.Round(minutes * 60)); err != nil || minutes < 1 || minutes > schedule.MaxSeconds/60 {
			entry.Seconds, in.minutes[i] = 0, text
			in.errors[field("seconds")] = "A turn lasts 1 to 1440 minutes."
		}
	}
	if text := strings.TrimSpace(values.Get(field("priority"))); text != "" {
		var err error
		if entry.Priority, err = strconv.Atoi(text); err != nil {
			in.priorities[i] = text
			in.errors[field("priority")] = "A priority is a whole number."
		}
	}
	for j := 0; j <= schedule.MaxWindows && values.Has(field(fmt.Sprintf("windows.%d", j))); j++ {
		entry.Windows = append(entry.Windows, readWindow(values, field(fmt.Sprintf("windows.%d", j))))
	}
	return entry
}

func readWindow(values url.Values, field string) schedule.Window {
	return schedule.Window{Days: values[field+".days"], From: values.Get(field + ".from"), To: values.Get(field + ".to")}
}

// edit does what a button of the form says: add, up:2, down:2, move:4:0, remove:2, add-window:2, remove-window:2:0,
// add-sleep, remove-sleep:0. It tells whether there is such a button.
func (in *playlistInput) edit(do string, first string) bool {
	parts := strings.Split(do, ":")
	var at [2]int
	for i, text := range parts[1:] {
		n, err := strconv.Atoi(text)
		if i >= len(at) || err != nil || n < 0 {
			return false
		}
		at[i] = n
	}
	switch parts[0] {
	case "add":
		entry := schedule.Entry{}
		entry.Kind, entry.Ref, _ = strings.Cut(first, ":")
		in.Entries = append(in.Entries, entry)
	case "add-sleep":
		in.Sleep = append(in.Sleep, schedule.Sleep{Window: schedule.Window{From: "23:00", To: "06:00"}, Screen: schedule.ScreenNight})
	case "remove-sleep":
		in.Sleep = remove(in.Sleep, at[0])
	case "up":
		in.move(at[0], at[0]-1)
	case "down":
		in.move(at[0], at[0]+1)
	case "move":
		in.move(at[0], at[1])
	case "remove":
		in.Entries = remove(in.Entries, at[0])
	case "add-window", "remove-window":
		return in.editWindows(parts[0], at)
	default:
		return false
	}
	return true
}

func (in *playlistInput) editWindows(do string, at [2]int) bool {
	if at[0] >= len(in.Entries) {
		return false
	}
	in.open[at[0]] = true
	entry := &in.Entries[at[0]]
	if do == "add-window" {
		entry.Windows = append(entry.Windows, schedule.Window{From: "07:00", To: "22:00"})
	} else {
		entry.Windows = remove(entry.Windows, at[1])
	}
	return true
}

func remove[T any](list []T, i int) []T {
	if i >= len(list) {
		return list
	}
	return slices.Delete(list, i, i+1)
}

func (in *playlistInput) move(from, to int) {
	if from < 0 || from >= len(in.Entries) || to < 0 || to >= len(in.Entries) {
		return
	}
	entry := in.Entries[from]
	in.Entries = slices.Insert(slices.Delete(in.Entries, from, from+1), to, entry)
}

// weekdayNames are the days as windows name them, in the order they are shown.
var weekdayNames = []views.Option{
	{Value: "mon", Label: "Mon"},
	{Value: "tue", Label: "Tue"},
	{Value: "wed", Label: "Wed"},
	{Value: "thu", Label: "Thu"},
	{Value: "fri", Label: "Fri"},
	{Value: "sat", Label: "Sat"},
	{Value: "sun", Label: "Sun"},
}

// playlistForm is the form of what was typed or is stored.
func (h *Handler) playlistForm(in playlistInput) (views.PlaylistForm, error) {
	form := views.PlaylistForm{ID: in.ID, Name: in.Name, Default: in.Default, Errors: in.errors, Weekdays: weekdayNames}
	for i, entry := range in.Entries {
		things, err := h.things(entry.Kind + ":" + entry.Ref)
		if err != nil {
			return form, err
		}
		shown := views.EntryForm{
			Things: things, Minutes: minutes(entry.Seconds), Priority: strconv.Itoa(entry.Priority),
			From: entry.From, Until: entry.Until, Limits: limits(entry), Open: in.open[i],
		}
		title, known := h.titleOf(entry.Kind, entry.Ref)
		if shown.Title = title; !known && entry.Ref != "" {
			gone := views.Option{Value: entry.Kind + ":" + entry.Ref, Label: "(it is gone)", Selected: true}
			shown.Things = append([]views.OptionGroup{{Label: "Not there any more", Options: []views.Option{gone}}}, things...)
		}
		if entry.Priority == 0 {
			shown.Priority = ""
		}
		if text, ok := in.minutes[i]; ok {
			shown.Minutes = text
		}
		if text, ok := in.priorities[i]; ok {
			shown.Priority = text
		}
		for _, window := range entry.Windows {
			shown.Windows = append(shown.Windows, views.WindowForm{Days: window.Days, From: window.From, To: window.To})
		}
		for field := range in.errors {
			prefix := fmt.Sprintf("entries.%d.", i)
			name := strings.TrimPrefix(field, prefix)
			shown.Open = shown.Open || name != field && name != "ref" && name != "kind" && name != "seconds"
		}
		form.Entries = append(form.Entries, shown)
	}
	for _, sleep := range in.Sleep {
		form.Sleep = append(form.Sleep, views.WindowForm{Days: sleep.Days, From: sleep.From, To: sleep.To, Screen: sleep.Screen})
	}
	return form, nil
}

// minutes is a duration as its field shows it; "" for the usual one.
func minutes(seconds int) string {
	if seconds == 0 {
		return ""
	}
	return strconv.FormatFloat(math.Round(float64(seconds)/60*100)/100, 'f', -1, 64)
}

// limits says when an entry may be shown; "" is always.
func limits(entry schedule.Entry) string {
	var words []string
	for _, window := range entry.Windows {
		words = append(words, strings.TrimSpace(dayWords(window.Days)+" "+window.From+"–"+window.To))
	}
	switch {
	case entry.From != "" && entry.Until != "":
		words = append(words, entry.From+" to "+entry.Until)
	case entry.From != "":
		words = append(words, "from "+entry.From)
	case entry.Until != "":
		words = append(words, "until "+entry.Until)
	}
	if entry.Priority != 0 {
		words = append(words, fmt.Sprintf("priority %d", entry.Priority))
	}
	return strings.Join(words, ", ")
}

// dayWords names some weekdays, runs of three and more as a range; every day is "".
func dayWords(days []string) string {
	var words []string
	for i := 0; i < len(weekdayNames); i++ {
		if !slices.Contains(days, weekdayNames[i].Value) {
			continue
		}
		end := i
		for end+1 < len(weekdayNames) && slices.Contains(days, weekdayNames[end+1].Value) {
			end++
		}
		switch {
		case i == 0 && end == len(weekdayNames)-1:
			return ""
		case end-i >= 2:
			words = append(words, weekdayNames[i].Label+"–"+weekdayNames[end].Label)
		case end > i:
			words = append(words, weekdayNames[i].Label, weekdayNames[end].Label)
		default:
			words = append(words, weekdayNames[i].Label)
		}
		i = end
	}
	return strings.Join(words, ", ")
}
