"""Addresses."""

from integrations.sandbox.generate.regions import Region
from integrations.sandbox.generate.world import Record, World

GEOCODED = 0.05


def address(world: World, region: Region, *, prefix: str) -> Record:
    """An address of a region in the fields `<prefix>Street` and so on; some have coordinates."""
    city, state, postal_code = world.pick(region.places)
    street = region.street.format(number=1 + int(world.random() * 250), word=world.pick(region.words))
    located = world.random() < GEOCODED
    return {
        f"{prefix}Street": street,
        f"{prefix}City": city,
        f"{prefix}State": state,
        f"{prefix}PostalCode": world.digits(postal_code),
        f"{prefix}Country": region.country,
        f"{prefix}Latitude": round(world.random() * 120 - 60, 6) if located else None,
        f"{prefix}Longitude": round(world.random() * 360 - 180, 6) if located else None,
        f"{prefix}GeocodeAccuracy": "Zip" if located else None,
    }
