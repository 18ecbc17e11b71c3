// Appointments: a place in a slot for people of an account. Booked, moved, cancelled, kept by checking in.
// A place is never sold twice, and a person has at most one appointment ahead.
// SPDX-License-Identifier: Apache-2.0
export { bookAppointment } from "./book-appointment.js";
export { cancelAppointment, type CancelCode, cancelSessionAppointments } from "./cancel-appointment.js";
export { checkIn, type CheckedIn, type CheckInCode, type CheckInInput } from "./check-in.js";
export { type AppointmentCode, appointmentErrors } from "./errors.js";
export { findAppointment, findAppointments, slipsOf } from "./find-appointments.js";
export { moveAppointment, type MoveWish } from "./move-appointment.js";
export { bookingChoices, type BookingCode, type BookingWish } from "./plan-booking.js";
export { type BookingFacts, givenDoses, poolOf } from "./rules.js";
export { securityCode } from "./slip.js";
export type { AppointedPerson, AppointmentStatus, AppointmentView, BookingChoice, BookingPool, Slip } from "./types.js";
