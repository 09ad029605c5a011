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

// backOff is how long a device waits after each failure of one image; after one more it waits for a person.
var backOff = []time.Duration{2 * time.Minute, 10 * time.Minute, coolDown}

// history refuses an image that this device has failed at: for a while after each failure, for a day after the third
// or after a burst of them, until a person says otherwise after the last, after a roll-back, after two complete
// downloads that came to nothing, and after five attempts that were interrupted.
func history(attempts []Attempt, w *wish, zone *time.Location, now time.Time) (Decision, bool) {
	local := now.In(zone)
	if until := burstUntil(attempts); now.Before(until) {
		return no(ReasonCoolDown, fmt.Sprintf("Its updates failed %d times within %.0f minutes. It cools down until %s, or until you say so.",
			burstFailures, burst.Minutes(), clock(until.In(zone), local))), true
	}
	failures, downloads, interrupted := 0, 0, 0
	var last Attempt
	for _, attempt := range attempts {
		if attempt.FirmwareKey != w.Key || attempt.Forgiven {
			continue
		}
		switch {
		case attempt.State == StateConfirmed:
			failures, downloads, interrupted = 0, 0, 0
			continue
		case attempt.State == StateRolledBack:
			return no(ReasonGivenUp, fmt.Sprintf("%s was installed and the device went back to its former image. It is not offered again until you say so.", w.Version)), true
		case attempt.Bad():
			failures, last = failures+1, attempt
		case attempt.State == StateInterrupted:
			interrupted++
		}
		downloads += attempt.CompleteDownloads
	}
	switch {
	case downloads >= maxDownloads:
		return no(ReasonGivenUp, fmt.Sprintf("%s was downloaded completely %d times and never came to run. It is not offered again until you say so.", w.Version, downloads)), true
	case interrupted >= maxInterrupted:
		return no(ReasonGivenUp, fmt.Sprintf("%s was begun %d times and nothing came of it. It is not offered again until you say so.", w.Version, interrupted)), true
	case failures > len(backOff):
		return no(ReasonGivenUp, fmt.Sprintf("%s failed %d times: %s. It is not offered again until you say so.", w.Version, failures, reasonOf(last))), true
	case failures == 0:
		return Decision{}, false
	}
	reason, pause := ReasonBackOff, backOff[failures-1]
	if failures >= coolFailures {
		reason = ReasonCoolDown
	}
	until := last.Ended.Add(pause)
	if !now.Before(until) {
		return Decision{}, false
	}
	return no(reason, fmt.Sprintf("%s failed: %s. It is offered again %s.", w.Version, reasonOf(last), moment(until.In(zone), local))), true
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
