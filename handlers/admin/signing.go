package admin

import (
	"crypto/ecdsa"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"personalcms/handlers/problem"
	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// signingPages are the forms for keys and signatures.
func (h *Handler) signingPages(g *echo.Group) {
	g.GET("/settings/signing/public.pem", h.publicKeyFile)
	g.POST("/settings/signing/key", h.formOwnKey)
	g.POST("/settings/signing/key/remove", h.formRemoveOwnKey)
	g.POST("/settings/signing/trusted", h.formTrust)
	g.POST("/settings/signing/trusted/remove", h.formDistrust)
	g.POST("/settings/signing/policy", h.formSignedOnly)
	g.POST("/ota-management/sign", h.formSignFirmware)
}

// signingAPI is the same for scripts.
func (h *Handler) signingAPI(g *echo.Group) {
	g.GET("/api/v1/signing", h.apiSigning)
	g.POST("/api/v1/signing/key", h.apiOwnKey)
	g.DELETE("/api/v1/signing/key", h.apiRemoveOwnKey)
	g.POST("/api/v1/signing/trusted", h.apiTrust)
	g.DELETE("/api/v1/signing/trusted/:key_id", h.apiDistrust)
	g.PUT("/api/v1/signing/policy", h.apiSignedOnly)
}

// ownKey gives the server a key: the one that is brought as PEM, or with "" a new one.
func (h *Handler) ownKey(c echo.Context, name, private string) (store.TrustedKey, error) {
	name, err := keyName(name)
	if err != nil {
		return store.TrustedKey{}, err
	}
	var key *ecdsa.PrivateKey
	words := "made"
	if strings.TrimSpace(private) == "" {
		key, err = ota.NewSigningKey()
	} else {
		words = "imported"
		key, err = ota.ParsePrivateKey(private)
	}
	if err != nil {
		return store.TrustedKey{}, at("private_key", err)
	}
	public, err := h.db.SetOwnKey(key, name, h.now().UTC())
	if err != nil {
		return public, err
	}
	return public, h.audit(c, "", words+" the signing key "+name+" ("+public.ID+")")
}

func (h *Handler) removeOwnKey(c echo.Context) error {
	if err := h.db.RemoveOwnKey(); err != nil {
		return err
	}
	return h.audit(c, "", "removed the server’s signing key")
}

// trust takes signatures of a public key, as PEM, from now on.
func (h *Handler) trust(c echo.Context, name, public string) (store.TrustedKey, error) {
	name, err := keyName(name)
	if err != nil {
		return store.TrustedKey{}, err
	}
	key, err := ota.ParsePublicKey(public)
	if err != nil {
		return store.TrustedKey{}, at("public_key", err)
	}
	trusted, err := h.db.TrustKey(key, name, h.now().UTC())
	if err != nil {
		return trusted, err
	}
	return trusted, h.audit(c, "", "trusts the signing key "+name+" ("+trusted.ID+")")
}

func (h *Handler) distrust(c echo.Context, id string) error {
	key, _ := h.db.Settings().Signatures.Key(id)
	if err := h.db.DistrustKey(id); err != nil {
		return err
	}
	return h.audit(c, "", "no longer trusts the signing key "+key.Name+" ("+id+")")
}

// maxSignedOnly is how many device types may take signed firmware only.
const maxSignedOnly = 200

// signedOnly says which device types take signed firmware only, and returns them in order.
func (h *Handler) signedOnly(c echo.Context, types []string) ([]string, error) {
	types = slices.Compact(slices.Sorted(slices.Values(types)))
	if len(types) > maxSignedOnly || slices.ContainsFunc(types, func(name string) bool { return !ota.ValidDeviceType(name) }) {
		p := problem.New(http.StatusUnprocessableEntity, "bad_device_type", "Name at most 200 device types.")
		p.Key = "signed_only"
		return nil, p
	}
	err := h.db.UpdateSettings(func(settings *store.Settings) error {
		settings.Signatures.SignedOnly = types
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(types) == 0 {
		return types, h.audit(c, "", "allowed unsigned firmware everywhere")
	}
	return types, h.audit(c, "", "allowed only signed firmware for "+list(types))
}

// signFirmware gives a stored image a signature: the one given, or with "" one of the server's key.
func (h *Handler) signFirmware(c echo.Context, key, signature string) (store.Firmware, error) {
	if strings.TrimSpace(signature) == "" && !h.db.OwnKeyOpens() {
		return store.Firmware{}, problem.New(http.StatusConflict, "no_signing_key",
			"The server has no key that it could sign with. Give it one in the settings, or send a signature that was made elsewhere.")
	}
	firmware, err := h.db.SignFirmware(key, strings.TrimSpace(signature))
	if err != nil {
		return firmware, unknownFirmware(err)
	}
	return firmware, h.audit(c, "", "signed firmware "+key+" with the key "+firmware.Signer)
}

func keyName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || utf8.RuneCountInString(name) > maxName {
		p := problem.New(http.StatusUnprocessableEntity, "bad_name", "A name has 1 to 64 characters.")
		p.Key = "name"
		return name, p
	}
	return name, nil
}

// at is a problem with the key of a request named; other errors stay as they are.
func at(key string, err error) error {
	p := problem.Of(err)
	if p == problem.Internal {
		return err
	}
	named := *p
	named.Key = key
	return &named
}

// signedWords say who signed an image: "signed by hall", "not signed".
func (h *Handler) signedWords(firmware store.Firmware) string {
	if firmware.Signature == "" {
		return "not signed"
	}
	return "signed by " + firmware.Signer
}

// signatureOn puts what is known of an image's signature on its card.
func (h *Handler) signatureOn(card *views.FirmwareImage, firmware store.Firmware) {
	switch holds := h.db.Settings().Signatures.Holds(firmware); {
	case holds:
		card.Signed = h.signedWords(firmware)
		return
	case firmware.Signature != "":
		card.Distrusted = h.signedWords(firmware) + ", no longer trusted"
	}
	card.SignNow = h.db.OwnKeyOpens()
}

// signingModel is what the settings' page shows of keys and policy.
func (h *Handler) signingModel(model *views.Signing, signatures store.Signatures) error {
	shown := func(key store.TrustedKey) views.SigningKey {
		return views.SigningKey{Name: key.Name, ID: key.ID, Since: when(key.Since, h.now(), h.household()), Public: key.Public}
	}
	if own := signatures.Own; own != nil {
		key := shown(own.TrustedKey)
		model.Own, model.Sealed = &key, !h.db.OwnKeyOpens()
	}
	for _, key := range signatures.Trusted {
		model.Trusted = append(model.Trusted, shown(key))
	}
	if pinned, ok := signatures.Pinned(); ok {
		model.PinnedName = pinned.Name
	}
	all, err := h.db.AllFirmware()
	if err != nil {
		return err
	}
	types := slices.Concat(typesOf(h.db.Devices(), all), signatures.SignedOnly)
	for _, name := range slices.Compact(slices.Sorted(slices.Values(types))) {
		model.Types = append(model.Types, views.SignedType{Name: name, Only: signatures.Only(name)})
	}
	return nil
}
