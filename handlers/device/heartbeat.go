package device

import (
	"cmp"
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"personalcms/ota"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// heartbeatSeconds is how often devices are asked to report.
const heartbeatSeconds = 60

// maxAcks bounds the acknowledged commands of one heartbeat.
const maxAcks = 64

type beat struct {
	Version        string          `json:"version"`
	DeviceName     string          `json:"device_name"`
	Occupation     string          `json:"occupation"`
	DeviceType     string          `json:"device_type"`
	Uptime         *float64        `json:"uptime"`
	FreeHeap       *float64        `json:"free_heap"`
	MinFreeHeap    *float64        `json:"min_free_heap"`
	WiFiRSSI       *float64        `json:"wifi_rssi"`
	CurrentMode    modeName        `json:"current_mode"`
	LEDMode        modeName        `json:"led_mode"`
	LEDBrightness  *float64        `json:"led_brightness"`
	BatteryVoltage *float64        `json:"battery_voltage"`
	BatteryPercent *float64        `json:"battery_percent"`
	ResetReason    string          `json:"reset_reason"`
	ImageSHA256    string          `json:"image_sha256"`
	OTAState       string          `json:"ota_state"`
	BootCount      *float64        `json:"boot_count"`
	Acks           []commandNumber `json:"acks"`
}

// modeName is a mode's name or, as firmware 2.4.x sends it, its number.
type modeName string

// UnmarshalJSON takes both forms.
func (m *modeName) UnmarshalJSON(raw []byte) error {
	return textOrNumber(raw, (*string)(m))
}

// commandNumber is the id of a command, as text or number.
type commandNumber string

// UnmarshalJSON takes both forms.
func (n *commandNumber) UnmarshalJSON(raw []byte) error {
	return textOrNumber(raw, (*string)(n))
}

// textOrNumber leaves it to encoding/json to name the key in its error.
func textOrNumber(raw []byte, into *string) error {
	var number json.Number
	switch {
	case string(raw) == "null":
		return nil
	case raw[0] == '"':
		return json.Unmarshal(raw, into)
	case json.Unmarshal(raw, &number) == nil:
		*into = number.String()
		return nil
	}
	return &json.UnmarshalTypeError{Type: reflect.TypeFor[json.Number]()}
}

type beatAnswer struct {
	Status        string          `json:"status"`
	Timestamp     time.Time       `json:"timestamp"`
	DeviceStatus  string          `json:"device_status"`
	NextHeartbeat int             `json:"next_heartbeat_seconds"`
	Commands      []store.Command `json:"commands"`
}

// heartbeat notes how a device is and hands it its commands.
func (h *Handler) heartbeat(c echo.Context) error {
	var req beat
	if err := decode(c, &req); err != nil {
		return err
	}
	if err := req.check(); err != nil {
		return err
	}
	device, err := h.knownOrNew(c, func(device *store.Device) {
		device.Name, device.Occupation, device.DeviceType = req.DeviceName, req.Occupation, req.DeviceType
		device.FirmwareVersion = req.Version
	})
	if err != nil {
		return err
	}
	h.seen(c, device.ID, req.note)
	if believable(req.Uptime, 0, 1e9) {
		h.watchForTwo(c, device, int64(*req.Uptime))
	}
	if device, err = h.noteIdentity(device, req); err != nil {
		return err
	}
	running := h.checkInOf(device.ID, lower(req.ImageSHA256), req.OTAState)
	running.Heartbeat = true
	if _, err = h.checkIn(device.ID, running, checkHeaders{}); err != nil {
		return err
	}
	commands := device.Commands
	if commands == nil {
		commands = []store.Command{}
	}
	return c.JSON(http.StatusOK, beatAnswer{
		Status: "heartbeat_received", Timestamp: h.now().UTC(), DeviceStatus: statusWord(device),
		NextHeartbeat: heartbeatSeconds, Commands: commands,
	})
}

func (b beat) check() error {
	for key, value := range map[string]string{
		"version": b.Version, "device_name": b.DeviceName, "occupation": b.Occupation, "current_mode": string(b.CurrentMode),
		"led_mode": string(b.LEDMode), "reset_reason": b.ResetReason, "image_sha256": b.ImageSHA256,
	} {
		if len(value) > maxText {
			p := badRequest("too_long", "The value of “"+key+"” is too long.")
			p.Key = key
			return p
		}
	}
	if b.DeviceType != "" && !ota.ValidDeviceType(b.DeviceType) {
		return badDeviceType
	}
	if len(b.Acks) > maxAcks {
		return badRequest("too_many_acks", "A heartbeat acknowledges at most 64 commands.")
	}
	if !validDigest(lower(b.ImageSHA256)) {
		p := badRequest("bad_value", "“image_sha256” has 64 hexadecimal digits.")
		p.Key = "image_sha256"
		return p
	}
	if !validOTAState(b.OTAState) {
		p := badRequest("bad_value", "“ota_state” is confirmed, pending_verify or rolled_back.")
		p.Key = "ota_state"
		return p
	}
	return nil
}

// believable tells whether a number was said and can be.
func believable(value *float64, low, high float64) bool {
	return value != nil && *value >= low && *value <= high
}

// note puts what the heartbeat says of the device's condition into its status. What cannot be is left
// out: a broken battery sensor must not keep a device from getting its commands.
func (b beat) note(status *store.Status) {
	number := func(into *int64, value *float64) {
		if believable(value, 0, 1<<40) {
			*into = int64(*value)
		}
	}
	number(&status.Uptime, b.Uptime)
	number(&status.FreeHeap, b.FreeHeap)
	number(&status.MinFreeHeap, b.MinFreeHeap)
	number(&status.BootCount, b.BootCount)
	if believable(b.WiFiRSSI, -200, 100) {
		status.WiFiRSSI = int(*b.WiFiRSSI)
	}
	if believable(b.LEDBrightness, 0, 1<<16) {
		status.LEDBrightness = int(*b.LEDBrightness)
	}
	if believable(b.BatteryPercent, 0, 100) {
		status.BatteryPercent, status.HasBattery, status.BatterySeen = *b.BatteryPercent, true, status.LastSeen
	}
	if believable(b.BatteryVoltage, 0, 60) {
		if status.Latest == nil {
			status.Latest = map[string]store.Reading{}
		}
		status.Latest["battery_voltage"] = store.Reading{Sensor: "battery_voltage", Time: status.LastSeen, Value: *b.BatteryVoltage}
	}
	status.Mode = cmp.Or(string(b.CurrentMode), status.Mode)
	status.LEDMode = cmp.Or(string(b.LEDMode), status.LEDMode)
	status.ResetReason = cmp.Or(b.ResetReason, status.ResetReason)
	status.ImageSHA256 = cmp.Or(strings.ToLower(b.ImageSHA256), status.ImageSHA256)
	status.OTAState = cmp.Or(b.OTAState, status.OTAState)
}

// noteIdentity writes what a heartbeat changes of the device's record: its version, its name, the
// commands it has carried out. Most heartbeats change nothing.
func (h *Handler) noteIdentity(device store.Device, req beat) (store.Device, error) {
	change := func(device *store.Device) error {
		before := *device
		if req.Version != "" {
			device.FirmwareVersion = req.Version
		}
		if req.DeviceName != "" && !device.Owned("name") {
			device.Name = req.DeviceName
		}
		device.Occupation = cmp.Or(req.Occupation, device.Occupation)
		device.DeviceType = cmp.Or(req.DeviceType, device.DeviceType)
		if len(req.Acks) > 0 {
			device.Commands = slices.DeleteFunc(slices.Clone(device.Commands), func(command store.Command) bool {
				return slices.Contains(req.Acks, commandNumber(command.ID))
			})
		}
		if before.FirmwareVersion == device.FirmwareVersion && before.Name == device.Name && before.Occupation == device.Occupation &&
			before.DeviceType == device.DeviceType && len(before.Commands) == len(device.Commands) {
			return store.ErrUnchanged
		}
		return nil
	}
	preview := device
	if change(&preview) == store.ErrUnchanged {
		return device, nil
	}
	return h.db.UpdateDevice(device.ID, change)
}

// ping notes that a device is there, nothing more.
func (h *Handler) ping(c echo.Context) error {
	device, err := h.known(c)
	if err != nil {
		return err
	}
	h.seen(c, device.ID, nil)
	return c.JSON(http.StatusOK, map[string]any{"status": "success", "timestamp": h.now().UTC()})
}
