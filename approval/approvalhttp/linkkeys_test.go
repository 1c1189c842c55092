package approvalhttp_test

import (
	"bytes"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
)

func TestExpiredLink(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSite(t, twoOfThem, nil)
		link := token(t, s.link(nil))
		page := s.follow(http.MethodGet, "").body
		time.Sleep(time.Hour)
		require.Equal(t, http.StatusOK, s.follow(http.MethodGet, link).status, "to the second")
		time.Sleep(time.Second)
		for _, a := range []answer{s.follow(http.MethodGet, link), s.use(link, "approve", "")} {
			require.Equal(t, http.StatusNotFound, a.status)
			require.Equal(t, page, a.body, "the same answer as for what never was a link")
		}
		require.Empty(t, s.fake.updates)
	})
}

// A key is exchanged without a link that fails: known first, then signing, then
// forgotten.
func TestKeysAreExchanged(t *testing.T) {
	t.Parallel()
	old, fresh := hmacKey(t, "2026", secret), hmacKey(t, "2027", bytes.Repeat([]byte("z"), 32))
	s := newSite(t, twoOfThem, nil)
	with := func(keys ...approvalkey.Key) *approvalhttp.Links {
		links, err := approvalhttp.NewLinks("https://erp.example.com/approvals", "default", keys...)
		require.NoError(t, err)
		return links
	}
	at := time.Now().Add(time.Hour)
	signed := func(l *approvalhttp.Links) string {
		s.links = l
		return token(t, s.link(func(l *approvalhttp.Link) { l.Expires = at }))
	}
	keys := []approvalkey.Key{old}
	mine := with(keys...)
	keys[0] = fresh
	require.Contains(t, signed(mine), "1.2026.", "the caller's slice is the caller's")
	first, second := signed(with(old)), signed(with(fresh, old))
	require.Contains(t, second, "1.2027.")
	for status, keys := range map[int][]approvalkey.Key{http.StatusOK: {fresh, old}, http.StatusNotFound: {fresh}} {
		h, err := approvalhttp.NewHandler(newClient(t, s.fake, approvalclient.Options{}), approvalhttp.Options{
			Authenticate: byHeader,
			Authorize:    all, Links: with(keys...),
		})
		require.NoError(t, err)
		s.handler = http.StripPrefix("/approvals", h)
		require.Equal(t, status, s.follow(http.MethodGet, first).status)
		require.Equal(t, http.StatusOK, s.follow(http.MethodGet, second).status)
	}
	// It is the same link, so signing it again gives no second vote.
	require.Equal(t, http.StatusOK, s.use(second, "approve", "").status)
	require.Len(t, s.fake.receipts, 1)
}
