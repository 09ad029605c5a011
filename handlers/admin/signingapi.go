package admin

import (
	"net/http"

	"personalcms/store"

	"github.com/labstack/echo/v4"
)

// apiSigning is whose signatures are taken, and where nothing unsigned is.
func (h *Handler) apiSigning(c echo.Context) error {
	signatures := h.db.Settings().Signatures
	answer := struct {
		Own        *store.TrustedKey  `json:"own"`
		OwnOpens   bool               `json:"own_opens"` // it can sign; not with another SECRET_KEY
		Trusted    []store.TrustedKey `json:"trusted"`
		SignedOnly []string           `json:"signed_only"`
	}{OwnOpens: h.db.OwnKeyOpens(), Trusted: notNil(signatures.Trusted), SignedOnly: notNil(signatures.SignedOnly)}
	if signatures.Own != nil {
		answer.Own = &signatures.Own.TrustedKey
	}
	return c.JSON(http.StatusOK, answer)
}

func (h *Handler) apiOwnKey(c echo.Context) error {
	var req struct {
		Name       string `json:"name"`
		PrivateKey string `json:"private_key"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	key, err := h.ownKey(c, req.Name, req.PrivateKey)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, key)
}

func (h *Handler) apiRemoveOwnKey(c echo.Context) error {
	if err := h.removeOwnKey(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (h *Handler) apiTrust(c echo.Context) error {
	var req struct {
		Name      string `json:"name"`
		PublicKey string `json:"public_key"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	key, err := h.trust(c, req.Name, req.PublicKey)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, key)
}

func (h *Handler) apiDistrust(c echo.Context) error {
	if err := h.distrust(c, param(c, "key_id")); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (h *Handler) apiSignedOnly(c echo.Context) error {
	var req struct {
		SignedOnly []string `json:"signed_only"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	types, err := h.signedOnly(c, req.SignedOnly)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"signed_only": notNil(types)})
}

// apiSignFirmware gives an image a signature that was made elsewhere, or without one has the server sign it.
func (h *Handler) apiSignFirmware(c echo.Context) error {
	var req struct {
		Signature string `json:"signature"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	firmware, err := h.signFirmware(c, param(c, "firmware_key"), req.Signature)
	if err != nil {
		return err
	}
	assignments, err := h.db.Assignments()
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, infoOf(firmware, assignments))
}
