package admin

import (
	"net/http"

	"personalcms/handlers/problem"

	"github.com/labstack/echo/v4"
)

const signingPlace = "/settings#signing"

// publicKeyFile is the public half of the server's key, to be built into a sketch.
func (h *Handler) publicKeyFile(c echo.Context) error {
	own := h.db.Settings().Signatures.Own
	if own == nil {
		return problem.New(http.StatusNotFound, "no_signing_key", "The server has no key to sign with.")
	}
	c.Response().Header().Set("Content-Disposition", `attachment; filename="personalcms-public.pem"`)
	return c.Blob(http.StatusOK, "application/x-pem-file", []byte(own.Public))
}

func (h *Handler) formOwnKey(c echo.Context) error {
	key, err := h.ownKey(c, c.FormValue("own_name"), c.FormValue("private_key"))
	if err != nil {
		return h.refusedKey(c, err, map[string]string{"name": "own_name"})
	}
	return done(c, signingPlace, "From now on what is uploaded is signed with "+key.Name+". Images that are here already have a button “Sign now”.")
}

func (h *Handler) formRemoveOwnKey(c echo.Context) error {
	if err := h.removeOwnKey(c); err != nil {
		return err
	}
	return done(c, signingPlace, "The key is removed. Nothing is signed here any more.")
}

func (h *Handler) formTrust(c echo.Context) error {
	key, err := h.trust(c, c.FormValue("signer_name"), c.FormValue("public_key"))
	if err != nil {
		return h.refusedKey(c, err, map[string]string{"name": "signer_name", "": "public_key"})
	}
	return done(c, signingPlace, "Signatures of "+key.Name+" are taken from now on.")
}

// refusedKey shows the settings again with the sentence at the field it is about. fields names those whose name differs
// from the one in a script's call; "" is where a sentence about no field goes.
func (h *Handler) refusedKey(c echo.Context, err error, fields map[string]string) error {
	p := problem.Of(err)
	field, renamed := fields[p.Key]
	if !renamed {
		field = p.Key
	}
	if p == problem.Internal || field == "" {
		return err
	}
	return h.refusedSettings(c, map[string]string{field: p.Detail})
}

func (h *Handler) formDistrust(c echo.Context) error {
	if err := h.distrust(c, c.FormValue("key_id")); err != nil {
		return err
	}
	return done(c, signingPlace, "Signatures of this key count no more.")
}

func (h *Handler) formSignedOnly(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	if _, err := h.signedOnly(c, values["signed_only"]); err != nil {
		return err
	}
	return done(c, signingPlace, "Saved. Only signed firmware is taken and offered for the types you chose.")
}

func (h *Handler) formSignFirmware(c echo.Context) error {
	key := c.FormValue("firmware_key")
	firmware, err := h.signFirmware(c, key, "")
	if err != nil {
		return err
	}
	return done(c, firmwareBack(c, key), key+" is signed by "+firmware.Signer+".")
}
