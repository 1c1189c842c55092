package approvalhttp

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// AuthLink stands in the Auth of an actor who decides by a link.
const AuthLink = "link"

// maxURL bounds the bytes of a link, because mail programs and proxies cut longer ones.
const maxURL = 2000

// Links makes signed links and reads them. It is safe for concurrent use.
type Links struct {
	base      url.URL
	namespace string
	// keys returns the keys. A function, so that a printed Links shows no secret.
	keys func() []approvalkey.Key
}

// NewLinks returns links to a handler that is mounted at base, such as
// "https://erp.example.com/approvals", for gates of a namespace. The first key signs, and
// links of all keys are valid: to exchange a key, put the new one behind it, then before it,
// and remove the old one when its links have expired. The usual key is a secret of 32 random
// bytes in approvalkey.NewHMACKey; it may be the key of signed votes too.
func NewLinks(base, namespace string, keys ...approvalkey.Key) (*Links, error) {
	u, err := url.Parse(base)
	switch {
	case err != nil, u.Scheme != "https" && u.Scheme != "http", u.Host == "", u.RawQuery != "", u.Fragment != "", u.User != nil:
		return nil, errors.New("approvalhttp: links have no base that can be used; write it like \"https://erp.example.com/approvals\"")
	case namespace == "":
		return nil, errors.New("approvalhttp: links have no namespace; give that of the client, such as \"default\"")
	case len(keys) == 0:
		return nil, errors.New("approvalhttp: links have no key; give one from approvalkey.NewHMACKey")
	}
	ids := map[string]bool{}
	for _, k := range keys {
		if k.ID() == "" {
			return nil, errors.New("approvalhttp: a key of the links was not made; give those of approvalkey.NewHMACKey")
		}
		if ids[k.ID()] {
			return nil, fmt.Errorf("approvalhttp: two keys of the links have the ID %q; give each its own", k.ID())
		}
		ids[k.ID()] = true
	}
	if _, err := keys[0].Sign(purpose, nil); err != nil {
		return nil, fmt.Errorf("approvalhttp: the first key of the links must sign: %w", err)
	}
	keys = slices.Clone(keys)
	return &Links{base: *u.JoinPath(linkPath), namespace: namespace, keys: func() []approvalkey.Key { return keys }}, nil
}

// A Link lets its holder decide once, as this actor, on this gate, as it was shown.
type Link struct {
	WorkflowID, Gate string
	// Round and Digest repeat those of the gate's status, or of the notice that carries the
	// link. A link of an earlier round decides nothing.
	Round  int
	Digest string
	// Actor holds the ID of the person to whom you send the link, and Groups those of their
	// groups that the policy names. An opaque ID is better than an e-mail address:
	// the link shows it.
	Actor  string
	Groups []string
	// Choices lists the choices that the link offers. None means approve and reject.
	Choices []policy.Choice
	// Expires sets the end of the link, to the second.
	Expires time.Time
}

// URL returns the link. Its holder can decide, so send it to the actor alone. The same link
// and key give the same URL, so a notice that is sent twice has one link.
func (l *Links) URL(link Link) (string, error) {
	if len(link.Choices) == 0 {
		link.Choices = []policy.Choice{policy.ChoiceApprove, policy.ChoiceReject}
	}
	if err := link.check(); err != nil {
		return "", err
	}
	token, err := l.seal(link)
	if err != nil {
		return "", err
	}
	u := l.base
	u.RawQuery = url.Values{"token": {token}}.Encode()
	if n := len(u.String()); n > maxURL {
		return "", fmt.Errorf(
			"approvalhttp: the link to gate %q has %d bytes, the limit is %d; name fewer groups, or use shorter IDs",
			link.Gate,
			n,
			maxURL,
		)
	}
	return u.String(), nil
}

func (link Link) check() error {
	if _, err := ref(link.WorkflowID, link.Gate); err != nil {
		return fmt.Errorf("approvalhttp: a link must name its gate: %w", err)
	}
	switch {
	case link.Round < 1 || link.Digest == "":
		return fmt.Errorf(
			"approvalhttp: a link to gate %q has round %d and a digest of %d bytes; take both from the gate's status",
			link.Gate,
			link.Round,
			len(link.Digest),
		)
	case link.Expires.IsZero():
		return fmt.Errorf("approvalhttp: a link to gate %q has no end; set Expires, also where the gate has no deadline", link.Gate)
	case !link.Expires.After(now()):
		return fmt.Errorf(
			"approvalhttp: a link to gate %q expired %s; set Expires to a time to come",
			link.Gate,
			link.Expires.UTC().Format(time.RFC3339),
		)
	}
	for _, c := range link.Choices {
		if _, err := protocol.VoteForm(link.vote(c)).Vote(link.Gate); err != nil {
			return fmt.Errorf("approvalhttp: a link to gate %q could not decide: %s", link.Gate, advice(err))
		}
	}
	return nil
}

// ref returns the gate of the link.
func (link Link) ref() address {
	return address{approvalclient.Ref{WorkflowID: link.WorkflowID}, link.Gate}
}

// vote returns the vote that the link casts. Its ID depends on the link alone, so the first
// vote of a link is the one that counts, and does not reveal the token.
func (link Link) vote(c policy.Choice) approvalclient.Vote {
	sum := sha256.Sum256(append([]byte("temporal-patterns.approvalhttp.link\n"), link.payload()...))
	return approvalclient.Vote{
		ID:    "link-" + hex.EncodeToString(sum[:16]),
		Actor: policy.Actor{ID: link.Actor, Groups: link.Groups, Auth: AuthLink}, Choice: c,
		Round: link.Round, Digest: link.Digest,
	}
}
