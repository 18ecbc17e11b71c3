// The parts that pages are made of.
// SPDX-License-Identifier: Apache-2.0
export {
  Banner,
  Card,
  Cards,
  Details,
  Empty,
  Facts,
  Pages,
  Panel,
  SummaryList,
  type SummaryRow,
  Table,
  Tag,
} from "./display.js";
export {
  Button,
  ButtonLink,
  Checkboxes,
  type Choice,
  DateInput,
  Form,
  OtpInput,
  Radios,
  Select,
  TextArea,
  TextInput,
} from "./forms.js";
