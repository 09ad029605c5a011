package ota_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"personalcms/ota"
)

// board is a device as the server sees it, played against Decide.
type board struct {
	in      ota.Input
	now     time.Time
	running string // digest of what it really runs
	names   bool   // it names its image; firmware 2.4.x does not
	offers  []time.Time
}

// check is one update check: what the board says settles its attempts, then it may be offered
// something. It returns the attempt that is open then, nil without an offer.
func (b *board) check() *ota.Attempt {
	running := ota.CheckIn{}
	if b.names {
		running.ImageSHA256 = b.running
	}
	for i, at := range b.in.Attempts {
		next := at.OnCheckIn(running, b.now)
		if next.State == ota.StateConfirmed && at.State != ota.StateConfirmed {
			b.in.RunningKey = next.FirmwareKey
		}
		b.in.Attempts[i] = next
	}
	b.in.ImageSHA256 = running.ImageSHA256
	decision := ota.Decide(b.in, b.now)
	if decision.Offer == nil {
		return nil
	}
	b.offers = append(b.offers, b.now)
	for i := range b.in.Attempts {
		if b.in.Attempts[i].Open() && b.in.Attempts[i].FirmwareKey == decision.Offer.Key {
			return &b.in.Attempts[i]
		}
	}
	b.in.Attempts = append(b.in.Attempts, ota.Attempt{
		FirmwareKey: decision.Offer.Key, Version: decision.Offer.Version, ImageSHA256: decision.Offer.Image.ImageSHA256,
		Size: decision.Offer.Image.Size, UpdateType: decision.UpdateType, State: ota.StateOffered, Offered: b.now,
	})
	return &b.in.Attempts[len(b.in.Attempts)-1]
}

func newBoard(names bool) *board {
	b := &board{now: noon, names: names, running: "image of T_1", in: running("1")}
	b.in.ByType = assigned("T", "2")
	return b
}

// TestReinstallForEver: firmware 2.4.x reports the same version whatever it runs.
func TestReinstallForEver(t *testing.T) {
	b := newBoard(false)
	downloads := 0
	for range 10_000 {
		if at := b.check(); at != nil {
			*at = at.OnBytes(at.Size, true, b.now)
			b.running = at.ImageSHA256
			downloads++
		}
		b.now = b.now.Add(2 * time.Minute)
	}
	if downloads != 1 || b.running != "image of T_2" {
		t.Errorf("%d downloads, runs %s", downloads, b.running)
	}
}

// TestAnImageThatNeverStartsIsFetchedTwice: it is downloaded, and the board comes back with the old one.
func TestAnImageThatNeverStartsIsFetchedTwice(t *testing.T) {
	b := newBoard(true)
	downloads := 0
	for range 10_000 {
		if at := b.check(); at != nil {
			*at = at.OnBytes(at.Size, true, b.now)
			downloads++
		}
		b.now = b.now.Add(2 * time.Minute)
	}
	if downloads != 2 {
		t.Errorf("%d downloads", downloads)
	}
}

// TestADownloadThatAlwaysFailsIsOfferedFourTimes, and never sooner than the waits allow.
func TestADownloadThatAlwaysFailsIsOfferedFourTimes(t *testing.T) {
	b := newBoard(true)
	for range 100_000 {
		if at := b.check(); at != nil {
			failed, err := at.OnReport(ota.Report{State: ota.StateFailed, Error: "flash"}, b.now)
			if err != nil {
				t.Fatal(err)
			}
			*at = failed
		}
		b.now = b.now.Add(7 * time.Second)
	}
	if len(b.offers) != 4 {
		t.Fatalf("%d offers", len(b.offers))
	}
	for i, least := range []time.Duration{2 * time.Minute, 10 * time.Minute, 24 * time.Hour} {
		if gap := b.offers[i+1].Sub(b.offers[i]); gap < least || gap > least+7*time.Second {
			t.Errorf("offer %d came %s after the one before, want %s", i+2, gap, least)
		}
	}
}

// TestRandomLives: boards with random assignments, failures and answers. Never is an image offered that
// the chip cannot run or the slot cannot hold; and when things calm down, a board that can run its
// target does, or the decision says why not.
func TestRandomLives(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	chips := []string{"esp32", "esp32s3", "esp32c3"}
	var images []*ota.Target
	for i := range 9 {
		image := target([]string{"T", "U"}[i%2], fmt.Sprint(i))
		image.Image.Chip, image.Image.Size = chips[i%3], int64(500+i*200)
		images = append(images, image)
	}
	pick := func() *ota.Target {
		if random.IntN(4) == 0 {
			return nil
		}
		return images[random.IntN(len(images))]
	}
	for life := range 300 {
		b := newBoard(random.IntN(2) == 0)
		b.in.Chip, b.in.SlotSize = chips[random.IntN(3)], []int64{0, 1000, 5000}[random.IntN(3)]
		for step := range 200 {
			calm := step > 150
			if !calm && random.IntN(10) == 0 {
				b.in.ByType, b.in.Pinned = nil, pick()
				if byType := pick(); byType != nil {
					b.in.ByType = &ota.Assigned{Target: byType, Rollback: random.IntN(2) == 0}
				}
			}
			b.live(t, random, calm)
		}
		in := b.in
		decision := ota.Decide(in, b.now)
		if decision.Offer != nil {
			t.Fatalf("life %d: still offered %s after all calmed down", life, decision.Offer.Key)
		}
		if decision.Reason == ota.ReasonAlreadyInstalled && b.names && b.running != wanted(in).Image.ImageSHA256 {
			t.Fatalf("life %d: said to run %s, runs %s", life, wanted(in).Key, b.running)
		}
	}
}

func wanted(in ota.Input) *ota.Target {
	if in.Pinned != nil {
		return in.Pinned
	}
	return in.ByType.Target
}

// live is one check and what comes of it.
func (b *board) live(t *testing.T, random *rand.Rand, calm bool) {
	t.Helper()
	b.now = b.now.Add(time.Duration(1+random.IntN(90)) * time.Minute)
	at := b.check()
	if at == nil {
		return
	}
	if image := wanted(b.in); image.Key == at.FirmwareKey {
		if image.Image.Chip != b.in.Chip || (b.in.SlotSize > 0 && image.Image.Size > b.in.SlotSize) {
			t.Fatalf("a board with %s and %d bytes is offered %s", b.in.Chip, b.in.SlotSize, image.Key)
		}
	}
	fate := random.IntN(4)
	if calm {
		fate = 0
	}
	report := ota.Report{State: ota.StateFailed, Error: "flash"}
	switch fate {
	case 0:
		*at = at.OnBytes(at.Size, true, b.now)
		b.running = at.ImageSHA256
		return
	case 1:
		*at = at.OnBytes(at.Size/2, false, b.now)
		return
	case 2:
		report.State = ota.StateRolledBack
	}
	next, err := at.OnReport(report, b.now)
	if err != nil {
		t.Fatal(err)
	}
	*at = next
}
