// Appointments: a place in a slot for people of an account. Booked, moved, cancelled, kept by checking in.
// A place is never sold twice, and a person has at most one appointment ahead.
// SPDX-License-Identifier: Apache-2.0
export { bookAppointment } from "./book-appointment.js";
export { type CancelCode, cancelAppointment, cancelSessionAppointments } from "./cancel-appointment.js";
export { type CheckedIn, type CheckInCode, type CheckInInput, checkIn } from "./check-in.js";
export { downloadSlip } from "./download-slip.js";
export { type AppointmentCode, appointmentErrors } from "./errors.js";
export { findAppointment, findAppointments, slipsOf } from "./find-appointments.js";
export { type MoveWish, moveAppointment } from "./move-appointment.js";
export { type BookingCode, type BookingWish, bookingChoices } from "./plan-booking.js";
export type { BookingFacts } from "./rules.js";
export { securityCode } from "./slip.js";
export type { AppointedPerson, AppointmentStatus, AppointmentView, BookingChoice, BookingPool, Slip } from "./types.js";
