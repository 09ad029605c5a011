package ota_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// target is an image of a type and version, whose digest is made from its name.
func target(deviceType, version string) *ota.Target {
	key := ota.FirmwareKey(deviceType, version)
	return &ota.Target{Key: key, DeviceType: deviceType, Version: version, Image: &ota.Image{
		Chip: "esp32", Size: 1000, SHA256: "file of " + key, ImageSHA256: "image of " + key,
	}}
}

// attempt is an attempt at an image of type T that ended some time before noon.
func attempt(version string, state ota.State, ago time.Duration) ota.Attempt {
	at := ota.Attempt{
		ID: "a", FirmwareKey: ota.FirmwareKey("T", version), Version: version, ImageSHA256: "image of T_" + version,
		Size: 1000, State: state, Offered: noon.Add(-ago), Updated: noon.Add(-ago),
	}
	if !at.Open() {
		at.Ended = noon.Add(-ago)
	}
	return at
}

// assigned is an image that is assigned to a group or type.
func assigned(deviceType, version string) *ota.Assigned {
	return &ota.Assigned{Target: target(deviceType, version), Name: deviceType}
}

// running is what is known of a board of type T that runs a version and from which nothing is wanted.
func running(version string) ota.Input {
	runs := target("T", version)
	return ota.Input{
		Approved: true, DeviceType: "T", Chip: "esp32", RunningKey: runs.Key, Running: runs,
		Battery: 100, Zone: time.UTC,
	}
}

func repeat(n int, one ota.Attempt) []ota.Attempt {
	var all []ota.Attempt
	for range n {
		all = append(all, one)
	}
	return all
}

func TestDecide(t *testing.T) {
	wrongChip, large := assigned("T", "2"), assigned("T", "2")
	wrongChip.Image.Chip, large.Image.Size = "esp32c3", 2000
	unsigned, signed := assigned("T", "2"), assigned("T", "2")
	unsigned.SignedOnly, signed.SignedOnly, signed.Signed = true, true, true
	downloaded := attempt("2", ota.StateDownloading, time.Hour)
	downloaded.CompleteDownloads = 2
	once := downloaded
	once.CompleteDownloads = 1
	forgiven := attempt("2", ota.StateRolledBack, time.Hour)
	forgiven.Forgiven = true
	for _, row := range []struct {
		name                string
		change              func(*ota.Input)
		reason, offer, kind string
	}{
		{"assigned to its type", func(*ota.Input) {}, ota.ReasonUpdateAvailable, "T_2", ota.UpdateSameType},
		{"not approved", func(in *ota.Input) { in.Approved = false }, ota.ReasonNotApproved, "", ""},
		{"unsigned where it may not be", func(in *ota.Input) { in.ByType = unsigned }, ota.ReasonUnsigned, "", ""},
		{"unsigned and forced", func(in *ota.Input) { in.Forced = unsigned.Target }, ota.ReasonUnsigned, "", ""},
		{"unsigned and running", func(in *ota.Input) { in.ByType, in.ImageSHA256 = unsigned, "image of T_2" }, ota.ReasonAlreadyInstalled, "", ""},
		{"signed where it must be", func(in *ota.Input) { in.ByType = signed }, ota.ReasonUpdateAvailable, "T_2", ota.UpdateSameType},
		{"on trial", func(in *ota.Input) { in.OnTrial = true }, ota.ReasonOnTrial, "", ""},
		{"nothing assigned", func(in *ota.Input) { in.ByType = nil }, ota.ReasonNoAssignment, "", ""},
		{"pinned before type", func(in *ota.Input) { in.Pinned = target("T", "3") }, ota.ReasonUpdateAvailable, "T_3", ota.UpdateSameType},
		{"pinned before forced", func(in *ota.Input) { in.Pinned, in.Forced = target("T", "3"), target("T", "4") }, ota.ReasonUpdateAvailable, "T_3", ota.UpdateSameType},
		{"pinned and forced alike", func(in *ota.Input) { in.Pinned, in.Forced = target("T", "3"), target("T", "3") }, ota.ReasonUpdateAvailable, "T_3", ota.UpdateForced},
		{"a forced one of the same version", func(in *ota.Input) { in.Forced = target("T", "1") }, ota.ReasonUpdateAvailable, "T_1", ota.UpdateForced},
		{"another type", func(in *ota.Input) { in.Pinned = target("U", "1") }, ota.ReasonUpdateAvailable, "U_1", ota.UpdateCrossFirmware},
		{"an older version", func(in *ota.Input) { in.Pinned = target("T", "0.9") }, ota.ReasonUpdateAvailable, "T_0.9", ota.UpdateRollback},
		{"nothing known to run", func(in *ota.Input) { in.RunningKey, in.Running = "", nil }, ota.ReasonUpdateAvailable, "T_2", ota.UpdateSameType},
		{"another chip", func(in *ota.Input) { in.ByType = wrongChip }, ota.ReasonWrongChip, "", ""},
		{"another chip, forced", func(in *ota.Input) { in.Forced = wrongChip.Target }, ota.ReasonWrongChip, "", ""},
		{"a chip it never named is an esp32", func(in *ota.Input) { in.Chip = "" }, ota.ReasonUpdateAvailable, "T_2", ota.UpdateSameType},
		{"and not an esp32c3", func(in *ota.Input) { in.Chip, in.ByType = "", wrongChip }, ota.ReasonWrongChip, "", ""},
		{"too large", func(in *ota.Input) { in.ByType = large }, ota.ReasonTooLarge, "", ""},
		{"as large as its slot", func(in *ota.Input) { in.SlotSize = 1000 }, ota.ReasonUpdateAvailable, "T_2", ota.UpdateSameType},
		{"of unknown slot", func(in *ota.Input) { in.ByType, in.SlotSize = large, 0 }, ota.ReasonUpdateAvailable, "T_2", ota.UpdateSameType},
		{"runs it by digest", func(in *ota.Input) { in.ImageSHA256 = "image of T_2" }, ota.ReasonAlreadyInstalled, "", ""},
		{"runs it by key", func(in *ota.Input) { in.RunningKey, in.Running = "T_2", target("T", "2") }, ota.ReasonAlreadyInstalled, "", ""},
		{"the digest wins over the key", func(in *ota.Input) { in.RunningKey, in.ImageSHA256 = "T_2", "image of T_1" }, ota.ReasonUpdateAvailable, "T_2", ota.UpdateSameType},
		{"rolled back", func(in *ota.Input) { in.Attempts = repeat(1, attempt("2", ota.StateRolledBack, 24*time.Hour)) }, ota.ReasonGivenUp, "", ""},
		{"rolled back and forgiven", func(in *ota.Input) { in.Attempts = []ota.Attempt{forgiven} }, ota.ReasonUpdateAvailable, "T_2", ota.UpdateSameType},
		{"another image rolled back", func(in *ota.Input) { in.Attempts = repeat(1, attempt("1.5", ota.StateRolledBack, 0)) }, ota.ReasonUpdateAvailable, "T_2", ota.UpdateSameType},
		{"downloaded twice", func(in *ota.Input) { in.Attempts = []ota.Attempt{downloaded} }, ota.ReasonGivenUp, "", ""},
		{"downloaded once in each of two", func(in *ota.Input) { in.Attempts = []ota.Attempt{once, once} }, ota.ReasonGivenUp, "", ""},
		{"downloaded once", func(in *ota.Input) { in.Attempts = []ota.Attempt{once} }, ota.ReasonUpdateAvailable, "T_2", ota.UpdateSameType},
		{"confirmed since it was downloaded twice", func(in *ota.Input) {
			in.Attempts = []ota.Attempt{downloaded, attempt("2", ota.StateConfirmed, 0)}
		}, ota.ReasonUpdateAvailable, "T_2", ota.UpdateSameType},
		{"four failures", func(in *ota.Input) { in.Attempts = repeat(4, attempt("2", ota.StateFailed, 100*time.Hour)) }, ota.ReasonGivenUp, "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			in := running("1")
			in.SlotSize, in.ByType = 1500, assigned("T", "2")
			row.change(&in)
			got := ota.Decide(in, noon)
			offer := ""
			if got.Offer != nil {
				offer = got.Offer.Key
			}
			if diff := cmp.Diff([]string{row.reason, row.offer, row.kind}, []string{got.Reason, offer, got.UpdateType}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if !strings.HasSuffix(got.Message, ".") || strings.Contains(got.Message, "%!") {
				t.Errorf("message %q", got.Message)
			}
		})
	}
}

func TestAfterEachFailureADeviceWaitsLonger(t *testing.T) {
	for _, row := range []struct {
		failures int
		wait     time.Duration
		reason   string
	}{
		{1, 2 * time.Minute, ota.ReasonBackOff}, {2, 10 * time.Minute, ota.ReasonBackOff}, {3, 24 * time.Hour, ota.ReasonCoolDown},
	} {
		for past, want := range map[time.Duration]string{
			0: row.reason, row.wait - time.Second: row.reason, row.wait: ota.ReasonUpdateAvailable, 2 * row.wait: ota.ReasonUpdateAvailable,
		} {
			in := running("1")
			in.ByType, in.Attempts = assigned("T", "2"), repeat(row.failures, attempt("2", ota.StateFailed, past))
			got := ota.Decide(in, noon)
			if got.Reason != want {
				t.Errorf("%d failures, %s later: %s, want %s (%s)", row.failures, past, got.Reason, want, got.Message)
			}
			if until := noon.Add(row.wait - past); got.Offer == nil && !got.Until.Equal(until) {
				t.Errorf("%d failures, %s later: until %s, want %s", row.failures, past, got.Until, until)
			}
		}
	}
}

func TestAMessageSaysWhyItFailed(t *testing.T) {
	for said, words := range map[string]string{
		"flash is full": "flash is full", "": "the device did not say why",
		"bad_signature": "its signature is missing, or not by the key that the device remembers",
	} {
		failed := attempt("2", ota.StateFailed, 0)
		failed.Error = said
		in := running("1")
		in.ByType, in.Attempts = assigned("T", "2"), []ota.Attempt{failed}
		got := ota.Decide(in, noon)
		if want := "2 failed: " + words + ". It is offered again at 12:02."; got.Message != want {
			t.Errorf("%q, want %q", got.Message, want)
		}
	}
}

func TestDecideChangesNothing(t *testing.T) {
	in := running("1")
	in.ByType, in.Attempts = assigned("T", "2"), repeat(3, attempt("2", ota.StateFailed, time.Minute))
	before := fmt.Sprintf("%+v %+v", in, *in.ByType.Image)
	ota.Decide(in, noon)
	if after := fmt.Sprintf("%+v %+v", in, *in.ByType.Image); after != before {
		t.Error("the input was changed")
	}
}
