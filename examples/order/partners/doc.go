// Package partners stands in for the companies that the order process works with:
// one that scores orders, one that takes payments, one that takes parcels.
//
//	POST /scores                  how likely fraud is, from 0 to 100
//	POST /charges, POST /refunds  see package payments
//	GET  /charges?order={order}   likewise
//	POST /parcels/{order}/pack
//	POST /parcels/{order}/send
//
// As in the sandboxes of real companies, what is sent says what goes wrong. Here
// it is how the ID of the order begins: see [Busy] and the others.
package partners
