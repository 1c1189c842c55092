package approvalhttp_test

import (
	"bytes"
	"crypto/ed25519"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func hmacKey(t *testing.T, id string, secret []byte) approvalkey.Key {
	t.Helper()
	k, err := approvalkey.NewHMACKey(id, secret)
	require.NoError(t, err)
	return k
}

func TestNewLinksRefuses(t *testing.T) {
	t.Parallel()
	key := hmacKey(t, "k1", secret)
	public, err := approvalkey.NewVerifyingKey("k2", ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey))
	require.NoError(t, err)
	for _, base := range []string{
		"", "/approvals", "ftp://x/y", "https:///x", "https://x/?a=b", "https://x/#y", "https://u:p@x/",
		"https://%",
	} {
		_, err := approvalhttp.NewLinks(base, "default", key)
		require.ErrorContains(t, err, "write it like \"https://erp.example.com/approvals\"", base)
	}
	for want, keys := range map[string][]approvalkey.Key{
		"links have no key":                    {},
		"have the ID \"k1\"":                   {key, key},
		"the first key of the links must sign": {public, key},
		"a key of the links was not made":      {key, {}},
	} {
		_, err := approvalhttp.NewLinks("https://x", "default", keys...)
		require.ErrorContains(t, err, want)
	}
	_, err = approvalhttp.NewLinks("https://x", "", key)
	require.ErrorContains(t, err, "links have no namespace")
}

func TestURLRefuses(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, nil)
	for want, change := range map[string]func(*approvalhttp.Link){
		"the workflow ID has 0 bytes":                      func(l *approvalhttp.Link) { l.WorkflowID = "" },
		"the gate ID has 0 bytes":                          func(l *approvalhttp.Link) { l.Gate = "" },
		"round 0 and a digest of 2":                        func(l *approvalhttp.Link) { l.Round = 0 },
		"round 1 and a digest of 0":                        func(l *approvalhttp.Link) { l.Digest = "" },
		"set Expires, also where the gate has no deadline": func(l *approvalhttp.Link) { l.Expires = time.Time{} },
		"set Expires to a time to come":                    func(l *approvalhttp.Link) { l.Expires = time.Now().Add(-time.Second) },
		"the actor's ID, ":                                 func(l *approvalhttp.Link) { l.Actor = "" },
		"the vote's choice is unknown":                     func(l *approvalhttp.Link) { l.Choices = []policy.Choice{"maybe"} },
		"the limit is 2000; name fewer": func(l *approvalhttp.Link) {
			l.Groups = []string{
				strings.Repeat("g", 199), strings.Repeat("h", 199), strings.Repeat("i", 199), strings.Repeat("j", 199),
				strings.Repeat("k", 199), strings.Repeat("l", 199), strings.Repeat("m", 199),
			}
		},
		"group 1 of the actor has 0": func(l *approvalhttp.Link) { l.Groups = []string{""} },
	} {
		l := approvalhttp.Link{WorkflowID: "w", Gate: "g", Round: 1, Digest: "d1", Actor: "ann", Expires: time.Now().Add(time.Hour)}
		change(&l)
		_, err := s.links.URL(l)
		require.ErrorContains(t, err, want)
	}
}

// A notice that is sent twice has one link, and links for different things differ.
func TestURL(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, nil)
	at := time.Now().Add(time.Hour)
	link := func(change func(*approvalhttp.Link)) string {
		return s.link(func(l *approvalhttp.Link) { l.Expires = at; change(l) })
	}
	same := link(func(*approvalhttp.Link) {})
	require.Equal(t, same, link(func(*approvalhttp.Link) {}))
	require.True(t, strings.HasPrefix(same, "https://erp.example.com/approvals/link?token=1.k1."))
	require.Less(t, len(same), 420)
	require.NotEqual(t, same, link(func(l *approvalhttp.Link) { l.Choices = []policy.Choice{policy.ChoiceReject} }))
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", s.links, s.links, *s.links), "canary")
	require.NotContains(t, fmt.Sprintf("%+v %#v", *s.links, s.links), fmt.Sprint(secret[:5])[1:12], "nor byte by byte")
}

// What was changed, or is of another person's key, namespace or time, is refused
// with the same words, so that no one learns which it was.
func TestBadLink(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, nil)
	good := token(t, s.link(nil))
	part := strings.Split(good, ".")
	other := func(base, namespace string, key approvalkey.Key) string {
		links, err := approvalhttp.NewLinks(base, namespace, key)
		require.NoError(t, err)
		mine := s.links
		defer func() { s.links = mine }()
		s.links = links
		return token(t, s.link(nil))
	}
	elsewhere := func(change func(*approvalhttp.Link)) string { // its content, with the signature of the good one
		return strings.Join([]string{part[0], part[1], strings.Split(token(t, s.link(change)), ".")[2], part[3]}, ".")
	}
	bad := map[string]string{
		"no token":             "",
		"garbage":              "x.y",
		"no base64":            part[0] + "." + part[1] + ".*." + part[3],
		"no signature":         strings.Join(part[:3], ".") + ".",
		"another version":      "2" + good[1:],
		"an unknown key":       other("https://erp.example.com/approvals", "default", hmacKey(t, "k9", secret)),
		"forged: another key":  other("https://erp.example.com/approvals", "default", hmacKey(t, "k1", bytes.Repeat([]byte("x"), 32))),
		"another namespace":    other("https://erp.example.com/approvals", "other", hmacKey(t, "k1", secret)),
		"another gate":         elsewhere(func(l *approvalhttp.Link) { l.Gate = "other" }),
		"another workflow":     elsewhere(func(l *approvalhttp.Link) { l.WorkflowID = "other" }),
		"another round":        elsewhere(func(l *approvalhttp.Link) { l.Round = 2 }),
		"another digest":       elsewhere(func(l *approvalhttp.Link) { l.Digest = "d2" }),
		"another actor":        elsewhere(func(l *approvalhttp.Link) { l.Actor = "bob" }),
		"more groups":          elsewhere(func(l *approvalhttp.Link) { l.Groups = append(l.Groups, "directors") }),
		"a longer time":        elsewhere(func(l *approvalhttp.Link) { l.Expires = l.Expires.Add(time.Hour) }),
		"another choice":       elsewhere(func(l *approvalhttp.Link) { l.Choices = []policy.Choice{policy.ChoiceRequestChanges} }),
		"another form of it":   good + "=",
		"a gate that is gone":  token(t, s.link(func(l *approvalhttp.Link) { l.WorkflowID = "gone" })),
		"far too long a token": good + strings.Repeat("A", 5000),
	}
	for i := range good {
		flipped := []byte(good)
		flipped[i] ^= 1
		bad[fmt.Sprintf("bit-flipped at %d", i)] = string(flipped)
	}
	page := s.follow(http.MethodGet, "").body
	require.Contains(t, page, "This link is not valid, or not any more. Sign in to decide, or ask for a new link.")
	for name, token := range bad {
		for _, a := range []answer{s.follow(http.MethodGet, token), s.use(token, "approve", "")} {
			require.Equal(t, http.StatusNotFound, a.status, name)
			require.Equal(t, page, a.body, name)
		}
	}
	require.Empty(t, s.fake.updates, "no bad link reaches the gate")
	require.Equal(t, http.StatusOK, s.use(good, "approve", "").status)
}
