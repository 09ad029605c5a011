package admin

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"personalcms/handlers/intake"
	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// firmwareInfo is one image as scripts read it (PROTOCOL §3).
type firmwareInfo struct {
	FirmwareKey   string    `json:"firmware_key"`
	Version       string    `json:"version"`
	DeviceType    string    `json:"device_type"`
	Filename      string    `json:"filename"`
	Description   string    `json:"description"`
	UploadDate    time.Time `json:"upload_date"`
	FileSize      int64     `json:"file_size"`
	FileHash      string    `json:"file_hash"` // SHA-256 of the file
	DownloadCount int       `json:"download_count"`
	IsActive      bool      `json:"is_active"` // assigned to a type or group
	Chip          string    `json:"chip"`
	ProjectName   string    `json:"project_name"`
	IDFVersion    string    `json:"idf_version"`
	MD5           string    `json:"md5"`
	Signed        bool      `json:"signed"`
	Signature     string    `json:"signature,omitempty"`
	KeyID         string    `json:"key_id,omitempty"`
	Signer        string    `json:"signer,omitempty"`
}

func infoOf(firmware store.Firmware, assignments []store.Assignment) firmwareInfo {
	info := firmwareInfo{
		FirmwareKey: firmware.Key, Version: firmware.Version, DeviceType: firmware.DeviceType, Filename: firmware.Filename,
		Description: firmware.Description, UploadDate: firmware.Uploaded, FileSize: firmware.Image.Size, FileHash: firmware.Image.SHA256,
		DownloadCount: firmware.DownloadCount, Chip: firmware.Image.Chip, MD5: firmware.Image.MD5,
		Signed: firmware.Signature != "", Signature: firmware.Signature, KeyID: firmware.KeyID, Signer: firmware.Signer,
		IsActive: slices.ContainsFunc(assignments, func(a store.Assignment) bool { return a.FirmwareKey == firmware.Key }),
	}
	if app := firmware.Image.App; app != nil {
		info.ProjectName, info.IDFVersion = app.Project, app.IDF
	}
	return info
}

// v1 gives a problem the keys that the scripts of the old system read.
func v1(err error) error {
	if p := problem.Of(err); p != problem.Internal {
		return p.ForDevice()
	}
	return err
}

// v1Upload takes an image from a script.
func (h *Handler) v1Upload(c echo.Context) error {
	file, data, err := readUpload(c, "firmware")
	if err != nil {
		return v1(err)
	}
	upload := saidOfFirmware(c)
	upload.Filename, upload.Data = intake.PlainName(file.Filename), data
	result, err := h.intake.Firmware(upload, h.now())
	if err != nil {
		return v1(err)
	}
	switch result.Ask {
	case "extract":
		return v1(problem.New(http.StatusUnprocessableEntity, string(ota.KindFullFlash),
			result.Sentence+" Send it again with extract=true.").With(map[string]any{"slots": result.Slots}))
	case "type":
		return v1(problem.New(http.StatusConflict, "other_type",
			result.Sentence+" Send it again with type_sure=true, or without a device type."))
	}
	if err := h.audit(c, "", "uploaded firmware "+result.Firmware.Key); err != nil {
		return err
	}
	assignments, err := h.db.Assignments()
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{
		"success": true, "firmware_key": result.Firmware.Key, "version": result.Firmware.Version,
		"firmware_info": infoOf(result.Firmware, assignments), "warnings": notNil(result.Warnings),
	})
}

// notNil is a list that JSON shows as [] when it is empty.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (h *Handler) v1DeleteFirmware(c echo.Context) error {
	key := param(c, "firmware_key")
	if err := h.deleteFirmware(c, key); err != nil {
		return v1(err)
	}
	return c.JSON(http.StatusOK, map[string]any{"success": true, "message": "Firmware " + key + " deleted"})
}

// v1Versions lists images, newest first, of one type or of all.
func (h *Handler) v1Versions(c echo.Context) error {
	deviceType := c.QueryParam("device_type")
	all, err := h.db.AllFirmware()
	if err != nil {
		return err
	}
	assignments, err := h.db.Assignments()
	if err != nil {
		return err
	}
	versions := []firmwareInfo{}
	for _, firmware := range all {
		if deviceType == "" || firmware.DeviceType == deviceType {
			versions = append(versions, infoOf(firmware, assignments))
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"success": true, "versions": versions, "firmware": versions, "total": len(versions)})
}

func (h *Handler) v1FirmwareTypes(c echo.Context) error {
	all, err := h.db.AllFirmware()
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"success": true, "firmware_types": notNil(typesOf(nil, all))})
}

// v1Stats are numbers over all images and updates.
func (h *Handler) v1Stats(c echo.Context) error {
	all, err := h.db.AllFirmware()
	if err != nil {
		return err
	}
	downloads, bytes, saved, types := 0, int64(0), int64(0), map[string]int{}
	for _, firmware := range all {
		downloads += firmware.DownloadCount
		bytes += firmware.Image.Size
		saved += firmware.Tally.Saved
		types[firmware.DeviceType]++
	}
	states := map[ota.State]int{}
	devices := h.db.Devices()
	for _, device := range devices {
		attempts, err := h.db.Attempts(device.ID)
		if err != nil {
			return err
		}
		for _, attempt := range attempts {
			states[attempt.State]++
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"success": true, "stats": map[string]any{
		"total_firmware": len(all), "total_size": bytes, "total_downloads": downloads, "firmware_by_type": types,
		"total_devices": len(devices), "attempts": states, "bytes_saved": saved,
	}})
}

// v1ForceUpdate has the newest image of a type installed on a device, once.
func (h *Handler) v1ForceUpdate(c echo.Context) error {
	var req struct {
		FirmwareType string `json:"firmware_type"`
	}
	if err := decode(c, &req); err != nil {
		return v1(err)
	}
	all, err := h.db.AllFirmware()
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(firmware store.Firmware) bool { return firmware.DeviceType == req.FirmwareType })
	if at < 0 {
		return v1(problem.UnknownFirmware)
	}
	device, err := h.assignDevice(c, param(c, "device_id"), all[at].Key, true)
	if err != nil {
		return v1(err)
	}
	return c.JSON(http.StatusOK, map[string]any{
		"success": true, "message": "Update is forced with the next check", "device_id": device.ID,
		"firmware_type": req.FirmwareType, "version": all[at].Version, "firmware_key": all[at].Key,
	})
}

// apiAssign assigns an image to a device, a group or a type; null ends the assignment.
func (h *Handler) apiAssign(c echo.Context) error {
	var req struct {
		DeviceID    string          `json:"device_id,omitempty"`
		Group       string          `json:"group,omitempty"`
		DeviceType  string          `json:"device_type,omitempty"`
		Once        bool            `json:"once,omitempty"`     // of a device: installed once, whatever else is assigned
		Rollback    bool            `json:"rollback,omitempty"` // also where a newer version runs
		FirmwareKey json.RawMessage `json:"firmware_key"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	named := 0
	for _, name := range []string{req.DeviceID, req.Group, req.DeviceType} {
		if name != "" {
			named++
		}
	}
	if named != 1 {
		return problem.New(http.StatusBadRequest, "bad_target", "Name one of “device_id”, “group” and “device_type”.")
	}
	if req.Once && req.DeviceID == "" {
		return wrong("once", "Only a device installs an image once. Name it as “device_id”.")
	}
	var key *string
	if err := json.Unmarshal(req.FirmwareKey, &key); err != nil {
		p := problem.New(http.StatusBadRequest, "wrong_type", "“firmware_key” is a firmware key, or null to end the assignment.")
		p.Key = "firmware_key"
		return p
	}
	if key == nil {
		key = new(string)
	}
	var err error
	if req.DeviceID != "" {
		_, err = h.assignDevice(c, req.DeviceID, *key, req.Once)
	} else {
		err = h.assign(c, store.Assignment{DeviceType: req.DeviceType, Group: req.Group, FirmwareKey: *key, Rollback: req.Rollback})
	}
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, req)
}

// apiFirmware is one image's record, what was read in it, who runs it, what became of the attempts to install it, and the
// patches that make it from others.
func (h *Handler) apiFirmware(c echo.Context) error {
	firmware, err := h.db.Firmware(param(c, "firmware_key"))
	if err != nil {
		return unknownFirmware(err)
	}
	assignments, err := h.db.Assignments()
	if err != nil {
		return err
	}
	deltas, err := h.db.DeltasTo(firmware.Image.SHA256)
	if err != nil {
		return err
	}
	runBy := []string{}
	for _, device := range h.db.Devices() {
		if device.RunningKey == firmware.Key {
			runBy = append(runBy, device.ID)
		}
	}
	return c.JSON(http.StatusOK, struct {
		firmwareInfo
		Image  ota.Image     `json:"image"`
		RunBy  []string      `json:"run_by"`
		Tally  ota.Tally     `json:"tally"`
		Deltas []store.Delta `json:"deltas"`
	}{infoOf(firmware, assignments), firmware.Image, runBy, firmware.Tally, notNil(deltas)})
}
