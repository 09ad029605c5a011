package device

import (
	"cmp"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"personalcms/ota"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// checkSeconds is how often devices ask for updates.
const checkSeconds = 120

// offerLength is how long the address of an offered image works.
const offerLength = 15 * time.Minute

type updateOffer struct {
	UpdateAvailable bool      `json:"update_available"`
	Version         string    `json:"version"`
	Description     string    `json:"description"`
	FirmwareURL     string    `json:"firmware_url"`
	FileSize        int64     `json:"file_size"`
	ReleaseDate     time.Time `json:"release_date"`
	UpdateType      string    `json:"update_type"`
	TargetFirmware  string    `json:"target_firmware"`
	FirmwareKey     string    `json:"firmware_key"`
	SHA256          string    `json:"sha256"`
	MD5             string    `json:"md5"`
	Attempt         string    `json:"attempt"`
	Signature       string    `json:"signature,omitempty"`
	KeyID           string    `json:"key_id,omitempty"`

	Delta *deltaOffer `json:"delta,omitempty"`
}

// deltaOffer is a patch from what the device runs.
type deltaOffer struct {
	URL        string `json:"url"`
	Size       int64  `json:"size"`
	Format     string `json:"format"`
	FromSHA256 string `json:"from_sha256"`
}

type noUpdate struct {
	UpdateAvailable bool   `json:"update_available"`
	Message         string `json:"message"`
	CurrentVersion  string `json:"current_version"`
	Reason          string `json:"reason"`
	CheckInterval   int    `json:"check_interval_seconds"`
}

// otaCheck tells a device whether to install something.
func (h *Handler) otaCheck(c echo.Context) error {
	said, running, err := readCheckHeaders(c)
	if err != nil {
		return err
	}
	device, err := h.known(c)
	if err != nil {
		return err
	}
	named := running.ImageSHA256
	h.seen(c, device.ID, func(status *store.Status) {
		status.AcceptsDelta = said.acceptsDelta
		if running.ImageSHA256 != "" {
			status.ImageSHA256, status.OTAState = running.ImageSHA256, running.State
		}
	})
	running = h.checkInOf(device.ID, running.ImageSHA256, running.State)
	facts, err := h.checkIn(device.ID, running, said)
	if err != nil {
		return err
	}
	facts, decision, attempt, err := h.decide(facts, running)
	if err != nil {
		return err
	}
	if decision.Offer == nil {
		return c.JSON(http.StatusOK, noUpdate{
			Message: decision.Message, CurrentVersion: cmp.Or(said.version, device.FirmwareVersion), Reason: decision.Reason, CheckInterval: checkSeconds,
		})
	}
	offer := h.offerOf(c, device, decision, *attempt, facts)
	if said.acceptsDelta && named != "" {
		offer.Delta = h.deltaOf(c, named, *attempt, facts)
	}
	return c.JSON(http.StatusOK, offer)
}

// decide decides from the facts what a device should install and keeps what follows from it, with the facts that rests
// on; the attempt is that of an offer.
func (h *Handler) decide(facts store.UpdateFacts, running ota.CheckIn) (store.UpdateFacts, ota.Decision, *ota.Attempt, error) {
	decision, attempt, _, changed := h.offer(facts, running)
	if !changed {
		return facts, decision, attempt, nil
	}
	_, err := h.db.StepUpdate(facts.Device.ID, func(fresh store.UpdateFacts) (store.Changed, error) {
		var step store.Changed
		facts = fresh
		decision, attempt, step, _ = h.offer(fresh, running)
		return step, nil
	})
	return facts, decision, attempt, err
}

// deltaOf is the patch from the image that a device has just named to that of its attempt; nil if there is none, or if
// one has come to nothing on this device.
func (h *Handler) deltaOf(c echo.Context, named string, attempt ota.Attempt, facts store.UpdateFacts) *deltaOffer {
	delta, err := h.db.Delta(named, attempt.SHA256)
	if err != nil || delta.Size == 0 || ota.DeltaFailed(facts.Attempts, attempt.FirmwareKey) {
		return nil
	}
	return &deltaOffer{
		URL:  h.access.BaseURL(c.Request()) + h.deltaURL(attempt, delta.From),
		Size: delta.Size, Format: ota.DeltaFormat, FromSHA256: delta.From,
	}
}

func (h *Handler) offerOf(c echo.Context, device store.Device, decision ota.Decision, attempt ota.Attempt, facts store.UpdateFacts) updateOffer {
	target := decision.Offer
	offer := updateOffer{
		UpdateAvailable: true, Version: target.Version, UpdateType: decision.UpdateType, TargetFirmware: target.DeviceType,
		FirmwareKey: target.Key, FileSize: target.Image.Size, SHA256: target.Image.SHA256, MD5: target.Image.MD5,
		Attempt:     attempt.ID,
		FirmwareURL: h.access.BaseURL(c.Request()) + h.firmwareURL(device.ID, attempt),
	}
	firmware := facts.Firmware[target.Key]
	offer.Description, offer.ReleaseDate = firmware.Description, firmware.Uploaded.UTC()
	offer.Signature, offer.KeyID = firmware.Signature, firmware.KeyID
	return offer
}

// firmwareURL is where the image of an attempt can be had for offerLength without credentials.
func (h *Handler) firmwareURL(deviceID string, attempt ota.Attempt) string {
	return h.downloadURL(deviceID, attempt, url.Values{})
}

// deltaURL is where the patch from an image to that of an attempt can be had for as long.
func (h *Handler) deltaURL(attempt ota.Attempt, from string) string {
	return h.downloadURL(attempt.DeviceID, attempt, url.Values{deltaParam: {from}})
}

func (h *Handler) downloadURL(deviceID string, attempt ota.Attempt, query url.Values) string {
	expires := strconv.FormatInt(h.now().Add(offerLength).Unix(), 10)
	query.Set("d", deviceID)
	query.Set("a", attempt.ID)
	query.Set("e", expires)
	query.Set("s", h.access.Sign(signedParts(query, attempt.FirmwareKey, deviceID, attempt.ID, expires)...))
	return "/api/ota/download/" + url.PathEscape(attempt.FirmwareKey) + "?" + query.Encode()
}

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

func validDigest(digest string) bool { return digest == "" || digestForm.MatchString(digest) }

func validOTAState(state string) bool {
	return slices.Contains([]string{"", "confirmed", "pending_verify", "rolled_back"}, state)
}

func lower(s string) string { return strings.ToLower(s) }

// maxSlot bounds what a device may say of its slot: no ESP32 has more flash, in bytes.
const maxSlot = 128 << 20

func slotSize(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	size, err := strconv.ParseInt(text, 10, 64)
	if err != nil || size < 0 || size > maxSlot {
		return 0, badRequest("bad_value", "“X-OTA-Slot-Size” is a number of bytes.")
	}
	return size, nil
}
