package admin

import (
	"fmt"
	"mime/multipart"
	"net/http"

	"personalcms/handlers/access"
	"personalcms/handlers/intake"
	"personalcms/handlers/problem"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// MaxImages is how many firmware files one form may bring.
const MaxImages = 8

// severalFiles says what cannot be said of several files at once.
const severalFiles = "A version and a signature are of one file. Leave both empty to upload several, or upload one file at a time."

// formUploadFirmware takes the files of a form, one after the other; each gets its own answer.
func (h *Handler) formUploadFirmware(c echo.Context) error {
	files, err := formFiles(c, "firmware")
	if err != nil {
		return h.uploadAnswer(c, intake.Upload{}, refusedUpload("", problem.Of(err)))
	}
	said := saidOfFirmware(c)
	if len(files) > 1 && (said.Version != "" || said.Signature != "") {
		return h.uploadAnswer(c, said, views.Uploaded{Kind: "refused", Sentence: severalFiles})
	}
	var results []views.Uploaded
	for i, file := range files {
		if i == MaxImages {
			results = append(results, views.Uploaded{
				Kind: "refused", Filename: "The rest", Sentence: fmt.Sprintf("At most %d files are taken at once. Send the rest again.", MaxImages),
			})
			break
		}
		result, err := h.takeFile(c, said, file)
		if err != nil {
			return err
		}
		results = append(results, result)
	}
	return h.uploadAnswer(c, said, results...)
}

// takeFile reads one file of a form and takes it in.
func (h *Handler) takeFile(c echo.Context, upload intake.Upload, file *multipart.FileHeader) (views.Uploaded, error) {
	upload.Filename = intake.PlainName(file.Filename)
	if file.Size > h.maxUpload {
		return views.Uploaded{Kind: "refused", Filename: upload.Filename, Sentence: "The file is larger than " + optionalSize(h.maxUpload) + "."}, nil
	}
	var err error
	if upload.Data, err = readFile(file); err != nil {
		return views.Uploaded{}, fmt.Errorf("upload %q: %w", upload.Filename, err)
	}
	return h.takeUpload(c, upload)
}

// takeUpload takes an upload in and words what became of it.
func (h *Handler) takeUpload(c echo.Context, upload intake.Upload) (views.Uploaded, error) {
	result, err := h.intake.Firmware(upload, h.now())
	if err != nil {
		p := problem.Of(err)
		if p == problem.Internal {
			return views.Uploaded{}, err
		}
		return refusedUpload(upload.Filename, p), nil
	}
	if result.Ask != "" {
		return h.held.hold(access.Of(c).Name, upload, question(upload, result), h.now()), nil
	}
	if err := h.audit(c, "", "uploaded firmware "+result.Firmware.Key); err != nil {
		return views.Uploaded{}, err
	}
	firmware := result.Firmware
	sentence := "Stored. Assign it below to a type, a group or a device."
	if upload.AutoAssign {
		sentence = "Stored and assigned to all devices of type " + firmware.DeviceType + "."
	}
	return views.Uploaded{
		Kind: "stored", Filename: upload.Filename, Sentence: sentence, Key: firmware.Key, Warnings: result.Warnings,
		Facts: []string{chipName(firmware.Image.Chip), size(firmware.Image.Size), h.signedWords(firmware)},
	}, nil
}

func refusedUpload(filename string, p *problem.Problem) views.Uploaded {
	return views.Uploaded{Kind: "refused", Filename: filename, Sentence: p.Detail}
}

// question asks what to do with a file.
func question(upload intake.Upload, result intake.Result) views.Uploaded {
	asked := views.Uploaded{Kind: "question", Filename: upload.Filename, Sentence: result.Sentence}
	switch result.Ask {
	case "extract":
		for _, slot := range result.Slots {
			if slot.IsOTA() {
				asked.Facts = append(asked.Facts, slot.Label+" "+optionalSize(slot.Size))
			}
		}
		asked.Choices = []views.Choice{{Value: "extract", Label: "Take the sketch out", Primary: true, Hint: "The rest of the file is not kept."}}
	case "type":
		asked.Choices = []views.Choice{
			{Value: "marker", Label: "As " + result.Marker.Type, Primary: true, Hint: "What the image says of itself."},
			{Value: "given", Label: "As " + upload.DeviceType, Hint: "Devices of this type would then run another sketch."},
		}
	}
	asked.Choices = append(asked.Choices, views.Choice{Value: "drop", Label: "Do not keep it"})
	return asked
}

// uploadAnswer is what became of the files: alone for htmx and scripts, in the page for a browser without them. The form
// stays as it was filled in while any file is not stored.
func (h *Handler) uploadAnswer(c echo.Context, said intake.Upload, results ...views.Uploaded) error {
	status := http.StatusOK
	for _, result := range results {
		switch result.Kind {
		case "stored":
			c.Response().Header().Set("HX-Trigger", "firmware")
		case "refused", "question":
			status = http.StatusUnprocessableEntity
		}
	}
	if c.Request().Header.Get("HX-Request") != "" {
		return show(c, status, views.UploadResults(results))
	}
	form := views.FirmwareUpload{Results: results}
	if status != http.StatusOK {
		form.DeviceType, form.Description, form.Version = said.DeviceType, said.Description, said.Version
		form.Signature, form.AutoAssign = said.Signature, said.AutoAssign
	}
	return h.showFirmware(c, status, form)
}

// formHeld is the answer to a question about an upload. Without scripts the questions about other files of the same
// form are asked again beside it.
func (h *Handler) formHeld(c echo.Context) error {
	user := access.Of(c).Name
	held, ok := h.held.take(user, c.FormValue("held"), h.now())
	result := views.Uploaded{Kind: "refused", Sentence: "The file is no longer here. Upload it again."}
	if ok {
		var err error
		if result, err = h.answerHeld(c, held.upload); err != nil {
			return err
		}
	}
	if c.Request().Header.Get("HX-Request") != "" {
		return h.uploadAnswer(c, held.upload, result)
	}
	answers := h.held.questions(user, h.now())
	if result.Kind != "question" { // that would be one of them
		answers = append([]views.Uploaded{result}, answers...)
	}
	return h.uploadAnswer(c, held.upload, answers...)
}

// answerHeld does with a held upload what was chosen.
func (h *Handler) answerHeld(c echo.Context, upload intake.Upload) (views.Uploaded, error) {
	switch c.FormValue("choice") {
	case "extract":
		upload.Extract = true
	case "marker":
		upload.DeviceType = ""
	case "given":
		upload.TypeSure = true
	default:
		return views.Uploaded{Kind: "dropped", Filename: upload.Filename, Sentence: "Nothing was kept."}, nil
	}
	return h.takeUpload(c, upload)
}
