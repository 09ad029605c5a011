package schedule

import (
	"fmt"
	"strings"
	"time"
)

// sentences puts a decision into words.
type sentences struct {
	*plan
	now   time.Time
	is    moment
	until time.Time
	next  moment
}

// why says what is shown, until when, and what comes then.
func (s sentences) why() string {
	text := s.shown()
	switch {
	case !s.until.IsZero():
		return text + " until " + s.clock(s.until) + ", then " + s.then() + "."
	case s.is.by == ByMessage:
		return text + " until it is removed."
	}
	return text + " until further notice."
}

// shown is the beginning of the sentence.
func (s sentences) shown() string {
	keeps := s.is.show.Kind == KindKeep
	switch {
	case s.is.by == ByAway && keeps:
		return "Away, the picture stays,"
	case s.is.by == ByAway:
		return "Away with the night screen"
	case s.is.by == BySleep && keeps:
		return "Sleeps with its last picture"
	case s.is.by == BySleep:
		return "Sleeps with the night screen"
	case s.is.stalled && keeps:
		return "Shows its last good screen"
	case s.is.stalled:
		return "Has nothing to show"
	case s.is.by == ByOverride:
		return "Shows " + s.name(s.is.show) + ", as asked for,"
	}
	return "Shows " + s.name(s.is.show)
}

// then names what comes next.
func (s sentences) then() string {
	next := s.next
	switch {
	case next.by == ByAway:
		return "it is away"
	case next.by == BySleep:
		return "it sleeps"
	case next.stalled && next.show.Kind == KindKeep:
		return "the last good screen stays"
	case next.stalled:
		return "nothing is planned"
	case next.show.Kind == KindAlbum && s.is.show.Kind == KindAlbum && next.show.Index == s.is.show.Index:
		return "the next picture of " + quoted(s.title(next.show.Ref))
	}
	return s.name(next.show)
}

// name names something to show.
func (s sentences) name(show Show) string {
	switch show.Kind {
	case KindMessage:
		for i := range s.Messages {
			if s.Messages[i].ID == show.Ref {
				return "the message " + quoted(s.Messages[i].Text)
			}
		}
	case KindAlbum:
		return "a picture of " + quoted(s.title(show.Ref))
	}
	return quoted(s.title(show.Ref))
}

func (s sentences) title(ref string) string {
	if title := s.Names[ref]; title != "" {
		return title
	}
	return ref
}

// quoted puts marks around a text and shortens a long one.
func quoted(text string) string {
	const most = 60
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most-1]) + "…"
	}
	return "“" + text + "”"
}

// clock says a time to come, in the zone of the device, with as much of the date as it needs.
func (s sentences) clock(t time.Time) string {
	now, local := s.now.In(s.Zone), t.In(s.Zone)
	days := look(t, s.Zone, false).day() - look(s.now, s.Zone, false).day()
	switch {
	case days == 0, t.Sub(s.now) < 12*time.Hour:
		return local.Format("15:04")
	case days == 1:
		return "tomorrow " + local.Format("15:04")
	case days < 7:
		return local.Format("Monday 15:04")
	case local.Year() == now.Year():
		return local.Format("2 January 15:04")
	}
	return local.Format("2 January 2006 15:04")
}

// wake finds when the device should ask again, and says why then.
func (s sentences) wake() (time.Time, string) {
	at, why := s.now.Add(longest), "to be heard of once a day"
	if !s.until.IsZero() && !s.until.After(at) {
		at, why = s.until, "for "+s.then()
		switch {
		case s.next.by == BySleep || s.next.by == ByAway || s.next.stalled:
			why = "because then " + s.then()
		case s.is.by == BySleep && s.next.by != ByMessage:
			why = "when its sleep ends"
		case s.is.by == ByAway && s.next.by != ByMessage:
			why = "when the absence ends"
		}
	}
	live := s.is.show.Kind == KindLayout || s.is.stalled
	if again := s.now.Add(s.Refresh); live && s.Refresh > 0 && again.Before(at) {
		at, why = again, "to draw it anew"
		if s.is.stalled {
			why = "to see whether there is something to show"
		}
	}
	when := strings.Replace("at "+s.clock(at), "at tomorrow", "tomorrow at", 1)
	return at, "Wakes " + when + " " + why + "."
}

// warnings says what is wrong with the playlist while it is its turn.
func (s sentences) warnings() []string {
	if s.is.by != ByPlaylist && s.is.by != ByOverride {
		return nil
	}
	var list []string
	if s.is.stalled {
		list = append(list, s.stall())
	}
	if s.now.Before(s.Override.Until) && s.is.by != ByOverride {
		list = append(list, quoted(s.title(s.override.Ref))+" was asked for and cannot be drawn.")
	}
	w := s.look(s.now)
	for i := range s.entries {
		e := &s.entries[i]
		switch {
		case e.Kind == KindAlbum && !e.playable:
			list = append(list, "The album "+quoted(s.title(e.Ref))+" has no pictures and is skipped.")
		case s.Broken[i] && e.open(w):
			list = append(list, quoted(s.title(e.Ref))+" failed to draw lately and is skipped.")
		}
	}
	return list
}

// stall says why the playlist has nothing to show.
func (s sentences) stall() string {
	playable := 0
	for i := range s.entries {
		if s.entries[i].playable {
			playable++
		}
	}
	name := quoted(s.Playlist.Name)
	switch {
	case len(s.entries) == 0:
		return fmt.Sprintf("The playlist %s is empty.", name)
	case s.is.show.Kind == KindKeep:
		return fmt.Sprintf("All that the playlist %s has for this time failed to draw; the last good screen stays.", name)
	case playable == 0:
		return fmt.Sprintf("The playlist %s has nothing that can be drawn.", name)
	}
	return fmt.Sprintf("No entry of the playlist %s is open at this time.", name)
}
