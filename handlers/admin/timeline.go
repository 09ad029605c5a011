package admin

import (
	"time"

	"personalcms/content/schedule"
	"personalcms/views"
)

// today is the day in a zone that a time belongs to, from midnight to midnight.
func today(now time.Time, zone *time.Location) (from, to time.Time) {
	year, month, day := now.In(zone).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone), time.Date(year, month, day+1, 0, 0, 0, 0, zone)
}

// timelineColours is how many colours the bar has for what a playlist shows; further things share the last.
const timelineColours = 6

// timeline is a day as a bar. names are the titles of what is shown.
func timeline(slots []schedule.Slot, names func(schedule.Show) string, from, to, now time.Time) views.Timeline {
	bar := views.Timeline{Label: "What is shown on " + from.Format("Monday, 2 January"), Now: -1}
	long := to.Sub(from)
	at := func(t time.Time) int { return int(t.Sub(from) * views.TimelineWidth / long) }
	known, lasts := map[string]int{}, map[string]time.Duration{}
	for _, slot := range slots {
		name := slotName(slot, names)
		class := slotClass(slot)
		i, ok := known[name]
		if !ok {
			if class == "" {
				class = "colour-" + string('0'+byte(min(len(known), timelineColours-1)))
			}
			i = len(bar.Keys)
			known[name] = i
			bar.Keys = append(bar.Keys, views.TimelineKey{Class: class, Name: name})
		}
		lasts[name] += slot.Until.Sub(slot.From)
		bar.Parts = append(bar.Parts, views.TimelinePart{
			Class: bar.Keys[i].Class, From: at(slot.From), Width: max(1, at(slot.Until)-at(slot.From)),
			Words: slot.From.In(from.Location()).Format("15:04") + "–" + slot.Until.In(from.Location()).Format("15:04") + " " + name,
		})
	}
	for i := range bar.Keys {
		bar.Keys[i].Lasts = span(lasts[bar.Keys[i].Name])
	}
	for hour := 0; hour < 24; hour += 6 {
		t := time.Date(from.Year(), from.Month(), from.Day(), hour, 0, 0, 0, from.Location())
		bar.Hours = append(bar.Hours, views.TimelineHour{At: at(t), Text: t.Format("15:04")})
	}
	if !now.Before(from) && now.Before(to) {
		bar.Now = at(now)
	}
	if n := len(slots); n > 0 && slots[n-1].Until.Before(to) {
		bar.Note = "It changes so often that the bar ends at " + slots[n-1].Until.In(from.Location()).Format("15:04") + "."
	}
	return bar
}

func slotName(slot schedule.Slot, names func(schedule.Show) string) string {
	switch slot.By {
	case schedule.ByAway:
		return "Away"
	case schedule.BySleep:
		return "Sleep"
	case schedule.ByMessage:
		return "Message"
	}
	return names(slot.Show)
}

// slotClass is the colour of what is no entry of the playlist.
func slotClass(slot schedule.Slot) string {
	switch {
	case slot.By == schedule.ByAway, slot.By == schedule.BySleep:
		return "still"
	case slot.By == schedule.ByMessage, slot.By == schedule.ByOverride:
		return "special"
	case slot.Show.Kind == schedule.KindNothing, slot.Show.Kind == schedule.KindKeep:
		return "nothing"
	}
	return ""
}

// showName is what is shown, as people call it.
func (h *Handler) showName(show schedule.Show) string {
	switch show.Kind {
	case schedule.KindNothing:
		return "Nothing planned"
	case schedule.KindKeep:
		return "The last picture"
	case schedule.KindNight:
		return "Night screen"
	case schedule.KindMessage:
		return "Message"
	}
	if title, ok := h.titleOf(show.Kind, show.Ref); ok {
		return title
	}
	return "Something that is gone"
}

// things are all that can be shown, in groups; chosen is "kind:ref".
func (h *Handler) things(chosen string) ([]views.OptionGroup, error) {
	option := func(kind, ref, title string) views.Option {
		value := kind + ":" + ref
		return views.Option{Value: value, Label: title, Selected: value == chosen}
	}
	layouts, albums, pictures := views.OptionGroup{Label: "Layouts"}, views.OptionGroup{Label: "Albums"}, views.OptionGroup{Label: "Pictures"}
	for _, layout := range h.db.Layouts() {
		layouts.Options = append(layouts.Options, option(schedule.KindLayout, layout.ID, layout.Name))
	}
	for _, album := range h.db.Albums() {
		albums.Options = append(albums.Options, option(schedule.KindAlbum, album.ID, album.Name))
	}
	stored, err := h.db.Pictures()
	if err != nil {
		return nil, err
	}
	for _, picture := range stored {
		pictures.Options = append(pictures.Options, option(schedule.KindPicture, picture.ID, picture.Title))
	}
	var groups []views.OptionGroup
	for _, group := range []views.OptionGroup{layouts, albums, pictures} {
		if len(group.Options) > 0 {
			groups = append(groups, group)
		}
	}
	return groups, nil
}
