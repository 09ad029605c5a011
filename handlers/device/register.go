package device

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/render"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// registration is what a device says of itself when it registers.
type registration struct {
	DeviceID        string          `json:"device_id"`
	DeviceName      string          `json:"device_name"`
	Occupation      string          `json:"occupation"`
	DeviceType      string          `json:"device_type"`
	Nickname        string          `json:"nickname"`
	WiFiSSID        string          `json:"wifi_ssid"`
	Preferences     json.RawMessage `json:"preferences"`
	FirmwareVersion string          `json:"firmware_version"`
	Capabilities    capabilities    `json:"capabilities"`
	Auth            string          `json:"auth"`
	MAC             string          `json:"mac"`
	Chip            string          `json:"chip"`
	FlashSize       int64           `json:"flash_size"`
	OTASlotSize     int64           `json:"ota_slot_size"`
	ImageSHA256     string          `json:"image_sha256"`
	Panel           *render.Panel   `json:"panel"`
	TimeZone        string          `json:"timezone"`
}

// capabilities is a list, or the comma-separated string of firmware 2.4.x.
type capabilities []string

// UnmarshalJSON takes both forms.
func (c *capabilities) UnmarshalJSON(raw []byte) error {
	var line string
	if json.Unmarshal(raw, &line) == nil {
		for part := range strings.SplitSeq(line, ",") {
			if part = strings.TrimSpace(part); part != "" {
				*c = append(*c, part)
			}
		}
		return nil
	}
	var list []string
	if err := json.Unmarshal(raw, &list); err != nil {
		return wrongType("capabilities", "a list of strings or one string with commas")
	}
	*c = list
	return nil
}

type registered struct {
	Success    bool      `json:"success"`
	Message    string    `json:"message"`
	DeviceID   string    `json:"device_id"`
	Status     string    `json:"status"`
	Token      string    `json:"token,omitempty"`
	ServerTime time.Time `json:"server_time"`
	PublicKey  string    `json:"ota_pubkey,omitempty"` // PEM, for the device to pin if it has none
}

var reenrolRequested = problem.New(http.StatusConflict, "reenrol_requested",
	"This device is known here. The owner has to press “Allow re-enrolment” on its page, then it gets a new token.")

// register makes a new device known, or updates what a known one says of itself.
func (h *Handler) register(c echo.Context) error {
	raw, err := body(c)
	if err != nil {
		return err
	}
	var req registration
	if err := decodeBytes(raw, &req); err != nil {
		return err
	}
	if store.ValidID(req.DeviceID) {
		c.Set(claimedID, req.DeviceID)
	}
	readings, err := readingsOf(raw, h.now())
	if err != nil {
		return err
	}
	if err := req.check(); err != nil {
		return err
	}
	if !isNull(req.Preferences) && len(req.Preferences) > 0 {
		if _, _, err := h.parsePreferences(req.Preferences); err != nil {
			return err
		}
	}
	device, token, err := h.admit(c, req)
	if err != nil {
		return err
	}
	h.seen(c, device.ID, func(status *store.Status) {
		// A device registers when it starts: what another image said before counts no more.
		status.ImageSHA256, status.OTAState = strings.ToLower(req.ImageSHA256), ""
	})
	if len(readings.values) > 0 || len(readings.events) > 0 {
		if err := h.db.AddReadings(device.ID, h.now(), readings.values, readings.eventsOf(device.ID)); err != nil {
			return err
		}
	}
	answer := registered{
		Success: true, Message: "Device registered successfully", DeviceID: device.ID,
		Status: statusWord(device), Token: token, ServerTime: h.now().UTC(),
	}
	if req.Auth == "token" { // firmware 2.4.x cannot verify
		key, _ := h.db.Settings().Signatures.Pinned()
		answer.PublicKey = key.Public
	}
	return c.JSON(http.StatusOK, answer)
}

func statusWord(device store.Device) string {
	if device.Approved {
		return "approved"
	}
	return "pending"
}

// check finds what is missing or cannot be.
func (r registration) check() error {
	var missing []string
	required := []struct{ key, value string }{{"device_id", r.DeviceID}, {"device_type", r.DeviceType}}
	if r.Auth != "token" {
		required = append(required, struct{ key, value string }{"device_name", r.DeviceName}, struct{ key, value string }{"occupation", r.Occupation})
	}
	for _, field := range required {
		if strings.TrimSpace(field.value) == "" {
			missing = append(missing, field.key)
		}
	}
	if len(missing) > 0 {
		p := badRequest("missing_fields", "Missing required fields: "+strings.Join(missing, ", ")+".")
		p.V1 = "Missing required fields"
		return p.With(map[string]any{"missing": missing})
	}
	if !store.ValidID(r.DeviceID) {
		return badID
	}
	if !ota.ValidDeviceType(r.DeviceType) {
		return badDeviceType
	}
	if r.Panel != nil && !r.Panel.Valid() {
		return badRequest("bad_panel", "A panel is 64 to 2000 pixels wide and high and has 2 to 7 colours.")
	}
	if r.Auth != "" && r.Auth != "token" {
		return badRequest("bad_auth", "“auth” can only be “token”.")
	}
	return r.checkLengths()
}

// maxText bounds what a device says of itself in one field, in bytes.
const maxText = 256

func (r registration) checkLengths() error {
	for _, field := range []struct{ key, value string }{
		{"device_name", r.DeviceName},
		{"occupation", r.Occupation},
		{"nickname", r.Nickname},
		{"wifi_ssid", r.WiFiSSID},
		{"firmware_version", r.FirmwareVersion},
		{"mac", r.MAC},
		{"chip", r.Chip},
		{"image_sha256", r.ImageSHA256},
		{"timezone", r.TimeZone},
	} {
		if len(field.value) > maxText {
			p := badRequest("too_long", fmt.Sprintf("The value of “%s” is longer than %d bytes.", field.key, maxText))
			p.Key = field.key
			return p
		}
	}
	if !validDigest(lower(r.ImageSHA256)) {
		p := badRequest("bad_value", "“image_sha256” has 64 hexadecimal digits.")
		p.Key = "image_sha256"
		return p
	}
	if len(r.Capabilities) > 64 || r.FlashSize < 0 || r.OTASlotSize < 0 {
		return badRequest("bad_value", "Sizes cannot be negative, and a device has at most 64 capabilities.")
	}
	return nil
}

// describe puts what the device said into its record; what its owner set stays.
func (r registration) describe(h *Handler, device *store.Device) {
	set := func(field string, into *string, value string) {
		if value = strings.TrimSpace(value); value != "" && !device.Owned(field) {
			*into = value
		}
	}
	set("name", &device.Name, r.DeviceName)
	set("timezone", &device.TimeZone, r.TimeZone)
	set("occupation", &device.Occupation, r.Occupation)
	set("device_type", &device.DeviceType, r.DeviceType)
	set("wifi_ssid", &device.WiFiSSID, r.WiFiSSID)
	set("firmware_version", &device.FirmwareVersion, r.FirmwareVersion)
	set("mac", &device.MAC, r.MAC)
	set("chip", &device.Chip, strings.ToLower(r.Chip))
	if device.Nickname == "" {
		set("nickname", &device.Nickname, r.Nickname)
	}
	device.FlashSize = cmp.Or(r.FlashSize, device.FlashSize)
	device.OTASlotSize = cmp.Or(r.OTASlotSize, device.OTASlotSize)
	if r.Panel != nil && !device.Owned("panel") {
		device.Panel = *r.Panel
	}
	if r.Capabilities != nil {
		device.Capabilities = slices.Clone(r.Capabilities)
	}
	if len(r.Preferences) > 0 && !device.Owned("preferences") {
		if preferences, _, err := h.parsePreferences(r.Preferences); err == nil {
			device.Preferences = preferences
		}
	}
}

// admit makes or updates the device of a registration and gives it a token when it is due one.
func (h *Handler) admit(c echo.Context, req registration) (store.Device, string, error) {
	device, err := h.db.Device(req.DeviceID)
	if errors.Is(err, store.ErrNotFound) {
		token := ""
		device = store.Device{ID: req.DeviceID}
		req.describe(h, &device)
		if req.Auth == "token" {
			token = access.NewToken()
			device.TokenHash = access.Hash(token)
		}
		device, err = h.enrol(device)
		if err == nil || !errors.Is(err, store.ErrExists) {
			return device, token, err
		}
		device, err = h.db.Device(req.DeviceID) // another request was faster
	}
	if err != nil {
		return device, "", err
	}
	return h.admitKnown(c, req, device)
}

func (h *Handler) admitKnown(c echo.Context, req registration, device store.Device) (store.Device, string, error) {
	token, now := "", h.now()
	if !h.access.Device(c.Request(), device) {
		switch {
		case req.Auth != "token":
			return device, "", wrongToken
		case now.After(device.ReenrolUntil):
			return device, "", h.noteReenrol(device)
		}
		token = access.NewToken()
	} else if device.TokenHash == "" && req.Auth == "token" {
		// It never had a token: anybody could ask for one in its name and lock it out.
		if device.Approved && now.After(device.ReenrolUntil) {
			return device, "", h.noteReenrol(device)
		}
		token = access.NewToken()
	}
	device, err := h.db.UpdateDevice(device.ID, func(device *store.Device) error {
		before, _ := json.Marshal(device)
		req.describe(h, device)
		if token != "" {
			device.TokenHash, device.WithoutToken = access.Hash(token), false
			device.ReenrolUntil, device.ReenrolAsked = time.Time{}, time.Time{}
		}
		if after, _ := json.Marshal(device); string(before) == string(after) {
			return store.ErrUnchanged
		}
		return nil
	})
	return device, token, err
}

// noteReenrol remembers, at most once a minute, that a device came without its token.
func (h *Handler) noteReenrol(device store.Device) error {
	if h.now().Sub(device.ReenrolAsked) > time.Minute {
		_, err := h.db.UpdateDevice(device.ID, func(device *store.Device) error {
			device.ReenrolAsked = h.now()
			return nil
		})
		if err != nil {
			return err
		}
	}
	return reenrolRequested
}

// enrol makes a new device as the enrolment policy says.
func (h *Handler) enrol(device store.Device) (store.Device, error) {
	settings := h.db.Settings()
	switch settings.Enrolment {
	case store.EnrolClosed:
		return device, enrolmentClosed
	case store.EnrolOpen:
		device.Approved = true
		device.WithoutToken = device.Legacy()
	default:
		if h.db.PendingDevices() >= settings.PendingLimit {
			return device, problem.PendingFull
		}
	}
	device.Registered = h.now()
	device.Code = store.NewCode()
	if err := h.db.CreateDevice(device); err != nil {
		return device, err
	}
	h.log.Info().Str("device_id", device.ID).Str("device_type", device.DeviceType).Str("status", statusWord(device)).Msg("new device")
	return device, nil
}
