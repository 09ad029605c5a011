package ota

import (
	"cmp"
	"fmt"
	"time"
)

// badSignature is what a device says of an image that is not signed by the key it has pinned (PROTOCOL §6).
const badSignature = "bad_signature"

// maxDownloads is how often one image is downloaded completely without coming to run.
const maxDownloads = 2

// maxInterrupted is how often one image is begun and comes to nothing in silence: a device whose every download
// breaks, and that reports none, would else hold up its rollout for ever.
const maxInterrupted = 5

// A device cools down for a day after so many failures of one image, or of any images in a burst.
const (
	coolDown      = 24 * time.Hour
	coolFailures  = 3
	burstFailures = 5
	burst         = 3 * time.Minute
)

// maxConfirmed is how often within a day one image is confirmed, and nothing else, by a device that then names another:
// one that names its image wrongly would else install it for ever.
const maxConfirmed = 3

// backOff is how long a device waits after each failure of one image; after one more it waits for a person.
var backOff = []time.Duration{2 * time.Minute, 10 * time.Minute, coolDown}

// history refuses an image that this device has failed at: for a while after each failure, for a day after the third
// or after a burst of them, until a person says otherwise after the last, after a roll-back, after two complete
// downloads that came to nothing, and after five attempts that were interrupted. What was confirmed again and again waits, too.
func history(attempts []Attempt, w *wish, zone *time.Location, now time.Time) (Decision, bool) {
	local := now.In(zone)
	if until := burstUntil(attempts); now.Before(until) {
		return pause(ReasonCoolDown, until, fmt.Sprintf("Its updates failed %d times within %.0f minutes. It cools down until %s, or until you say so.",
			burstFailures, burst.Minutes(), clock(until.In(zone), local))), true
	}
	t := tallyOf(attempts, w.Key)
	if why := t.hopeless(); why != "" {
		return no(ReasonGivenUp, w.Version+" "+why+". It is not offered again until you say so."), true
	}
	if until := t.settledUntil(); w.by != WishForced && now.Before(until) {
		return pause(ReasonCoolDown, until, fmt.Sprintf("%s was confirmed %d times, and each time the device named another image afterwards. It is offered again %s, or if you force it.",
			w.Version, maxConfirmed, moment(until.In(zone), local))), true
	}
	if t.failures == 0 {
		return Decision{}, false
	}
	until := t.last.Ended.Add(backOff[t.failures-1])
	if !now.Before(until) {
		return Decision{}, false
	}
	reason := ReasonBackOff
	if t.failures >= coolFailures {
		reason = ReasonCoolDown
	}
	return pause(reason, until, fmt.Sprintf("%s failed: %s. It is offered again %s.", w.Version, reasonOf(t.last), moment(until.In(zone), local))), true
}

// tally is what came of a device's attempts at one image since it was confirmed last.
type tally struct {
	failures, downloads, interrupted int
	rolledBack                       bool
	last                             Attempt // that failed

	confirmed []time.Time // since another image was confirmed
}

func tallyOf(attempts []Attempt, key string) tally {
	var t tally
	for _, attempt := range attempts {
		if attempt.FirmwareKey != key && attempt.State == StateConfirmed {
			t.confirmed = nil
		}
		if attempt.FirmwareKey != key || attempt.Forgiven {
			continue
		}
		switch {
		case attempt.State == StateConfirmed:
			t = tally{confirmed: t.confirmed}
			if attempt.UpdateType != UpdateForced {
				t.confirmed = append(t.confirmed, attempt.Ended)
			}
			continue
		case attempt.State == StateRolledBack:
			t.rolledBack = true
		case attempt.Bad():
			t.failures, t.last = t.failures+1, attempt
		case attempt.State == StateInterrupted:
			t.interrupted++
		}
		t.downloads += attempt.CompleteDownloads
	}
	return t
}

// hopeless says why the image is not offered any more; "" if it may be.
func (t tally) hopeless() string {
	switch {
	case t.rolledBack:
		return "was installed and the device went back to its former image"
	case t.downloads >= maxDownloads:
		return fmt.Sprintf("was downloaded completely %d times and never came to run", t.downloads)
	case t.interrupted >= maxInterrupted:
		return fmt.Sprintf("was begun %d times and nothing came of it", t.interrupted)
	case t.failures > len(backOff):
		return fmt.Sprintf("failed %d times: %s", t.failures, reasonOf(t.last))
	}
	return ""
}

// settledUntil is when an image that was confirmed too often may be confirmed once more; zero if it may be at any time.
func (t tally) settledUntil() time.Time {
	if at := len(t.confirmed) - maxConfirmed; at >= 0 {
		return t.confirmed[at].Add(coolDown)
	}
	return time.Time{}
}

// pause refuses for a while.
func pause(reason string, until time.Time, message string) Decision {
	return Decision{Reason: reason, Message: message, Until: until}
}

// burstUntil is the end of the cool-down after the newest burst of failures, of whatever images; zero if there was none.
func burstUntil(attempts []Attempt) time.Time {
	var ended []time.Time
	for _, attempt := range attempts {
		if attempt.Bad() && !attempt.Forgiven {
			ended = append(ended, attempt.Ended)
		}
	}
	var until time.Time
	for i := burstFailures - 1; i < len(ended); i++ {
		if ended[i].Sub(ended[i-burstFailures+1]) <= burst {
			until = ended[i].Add(coolDown)
		}
	}
	return until
}

// clock is a time as a person writes it after "until".
func clock(at, now time.Time) string {
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format("15:04")
	}
	return at.Format("2 January, 15:04")
}

func reasonOf(attempt Attempt) string {
	if attempt.Error == badSignature {
		return "its signature is missing, or not by the key that the device remembers"
	}
	return cmp.Or(attempt.Error, "the device did not say why")
}
