// A place on earth, and where to see it. Nothing of the map is loaded into the page.

export type Place = { latitude: number; longitude: number }

export const mapOf = ({ latitude, longitude }: Place) =>
  `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`

export const coordinatesOf = ({ latitude, longitude }: Place) => `${latitude}, ${longitude}`
