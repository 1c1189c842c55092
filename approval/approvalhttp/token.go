package approvalhttp

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

const (
	tokenVersion = "1"
	purpose      = "approvalhttp.link" // of the signature
)

// text encodes base64, and accepts one form only of each sequence of bytes.
var text = base64.RawURLEncoding.Strict()

// content holds the content of a token, signed and not encrypted.
type content struct {
	Workflow string          `json:"w"`
	Gate     string          `json:"g"`
	Round    int             `json:"r"`
	Digest   string          `json:"d"`
	Actor    string          `json:"a"`
	Groups   []string        `json:"m,omitempty"` // member of
	Choices  []policy.Choice `json:"c"`
	Expires  int64           `json:"x"` // Unix seconds
}

// payload returns the content of the link's token.
func (link Link) payload() []byte {
	data, _ := json.Marshal(content{
		link.WorkflowID, link.Gate, link.Round, link.Digest, link.Actor, link.Groups, link.Choices, link.Expires.Unix(),
	}) // of texts and numbers
	return data
}

// seal returns the token of a link: version, key, content, signature. The
// signature is about the namespace too.
func (l *Links) seal(link Link) (string, error) {
	k, payload := l.keys()[0], link.payload()
	signature, err := k.Sign(purpose, l.signed(payload))
	if err != nil {
		return "", err
	}
	return strings.Join([]string{tokenVersion, k.ID(), text.EncodeToString(payload), text.EncodeToString(signature)}, "."), nil
}

func (l *Links) signed(payload []byte) []byte {
	return fmt.Appendf(nil, "%s.%d:%s%s", tokenVersion, len(l.namespace), l.namespace, payload)
}

// open returns the link of a token. It does not tell whether a token was never
// one, is of another namespace, or has expired.
func (l *Links) open(token string, at time.Time) (Link, bool) {
	part := strings.Split(token, ".")
	if len(token) > maxURL || len(part) != 4 || part[0] != tokenVersion {
		return Link{}, false
	}
	payload, err := text.DecodeString(part[2])
	if err != nil {
		return Link{}, false
	}
	signature, err := text.DecodeString(part[3])
	if err != nil || !l.holds(part[1], payload, signature) {
		return Link{}, false
	}
	var c content
	if err := wire.DecodeObject(payload, &c); err != nil || at.Unix() > c.Expires {
		return Link{}, false
	}
	return Link{
		WorkflowID: c.Workflow, Gate: c.Gate, Round: c.Round, Digest: c.Digest,
		Actor: c.Actor, Groups: c.Groups, Choices: c.Choices, Expires: time.Unix(c.Expires, 0),
	}, true
}

// holds reports whether one of the keys, of that ID, has made the signature.
func (l *Links) holds(id string, payload, signature []byte) bool {
	for _, k := range l.keys() {
		if k.ID() == id {
			return k.Verify(purpose, l.signed(payload), signature)
		}
	}
	return false
}
